/** Lets servers of node:http believe that they listen, so that a simulated run touches no network. */
import { Server } from 'node:http';

export async function withoutSockets<T>(run: () => Promise<T>): Promise<T> {
  const { listen, address } = Server.prototype;
  Server.prototype.listen = function (this: Server, ...options: unknown[]) {
    const listening = options.findLast((option) => typeof option === 'function') as (() => void) | undefined;
    if (listening) queueMicrotask(listening);
    return this;
  };
  Server.prototype.address = () => ({ address: '127.0.0.1', family: 'IPv4', port: 8080 });
  try {
    return await run();
  } finally {
    Object.assign(Server.prototype, { listen, address });
  }
}
