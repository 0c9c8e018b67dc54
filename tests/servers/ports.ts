/** Free ports of the loopback interface, and waiting until something listens. */
import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Below what systems give to outgoing connections and to whoever listens on port 0, who might take a port before its server does. */
const FIRST = 12_000;
const PORTS = 20_000;

/** All free at the time, and different from each other. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = FIRST + randomInt(PORTS);
    if (await isFree('127.0.0.1', port)) found.add(port);
  }
  return [...found];
}

/** Resolves once `address`, such as 127.0.0.1:8080, can be listened on; rejects after `patience` ms. Port 0 always can. */
export async function untilFree(address: string, patience: number): Promise<void> {
  const [host, port] = address.split(':');
  const deadline = Date.now() + patience;
  while (!(await isFree(host!, Number(port)))) {
    if (Date.now() > deadline) throw new Error(`${address} is taken: is another one running?`);
    await pause(50);
  }
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

/** Resolves once `port` takes connections; rejects with what `failed` says, or after `patience` ms. */
export async function listening(port: number, patience: number, failed: () => string | undefined): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await answers(port))) {
    const reason =
      failed() ?? (Date.now() > deadline ? `nothing listened on port ${port} in ${patience} ms` : undefined);
    if (reason) throw new Error(reason);
    await pause(50);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}
