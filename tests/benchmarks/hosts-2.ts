/** W1 by two hosts beside W1 by one, over one PostgreSQL: ratio = two by one. p50, p99 and memory are those of two. */
import { type BusProcess, startBus } from './bus-process.ts';
import { compare } from './compare.ts';
import { httpLoad, type Taker } from './http-load.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace, type Place } from './place.ts';
import { sendingTo } from './w1.ts';

export function hosts2(options: Options): Promise<Measured> {
  return inPlace(options.store, (place) => {
    const by = (hosts: readonly string[]) => () => httpLoad(options.seconds, (sink) => start(place, sink, hosts));
    return compare({ item: 'hosts-2', beside: 'one host', limit: by(['a']), subject: by(['a', 'b']) }, options);
  });
}

/** One after the other: the first one deploys, and makes the tables. */
async function start(place: Place, sink: string, hosts: readonly string[]): Promise<Taker> {
  const store = await place.address();
  const started: BusProcess[] = [];
  try {
    for (const host of hosts) {
      started.push(await startBus({ solution: 'w1', folder: place.folder, store, environment: sendingTo(sink), host }));
    }
  } catch (thrown) {
    await Promise.all(started.map(({ child }) => child.stop()));
    throw thrown;
  }
  return { children: started.map(({ child }) => child), urls: started.map(({ http }) => `${http}/in`) };
}
