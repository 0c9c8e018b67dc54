/** What another host has deployed: waited for where nothing is deployed yet. */
import type { Definition, MessageBox } from '../contracts/message-box.ts';
import type { Console } from './console.ts';

const LOOK = 1000;

/** Undefined when `stop` came first. */
export async function awaitDeployed(
  box: MessageBox,
  stop: Promise<void>,
  { clock, err }: Console,
): Promise<Definition | undefined> {
  let stopped = false;
  const stopping = stop.then(() => {
    stopped = true;
  });
  for (let told = false; !stopped; told = true) {
    const hash = await box.deployed();
    const found = hash === undefined ? undefined : await box.definition(hash);
    if (found) return found;
    if (!told) err('Nothing is deployed yet; this host waits for it.');
    await Promise.race([clock.sleep(LOOK), stopping]);
  }
  return undefined;
}
