/** What stands before the hosts: takes a connection and passes it to one that listens, trying the next when one refuses. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface Front {
  /** Such as http://127.0.0.1:40123. */
  readonly url: string;
  close(): Promise<void>;
}

/** `addresses`, such as 127.0.0.1:8080, are gone through in turn. */
export async function openFront(addresses: readonly string[]): Promise<Front> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer({ allowHalfOpen: false }, (near) => {
    keep(near);
    turn += 1;
    pass(near, turn, addresses.length);
  });

  function pass(near: Socket, first: number, left: number): void {
    if (left === 0 || near.destroyed) return void near.destroy();
    const [host, port] = addresses[first % addresses.length]!.split(':');
    const far = connect(Number(port), host);
    const next = () => pass(near, first + 1, left - 1);
    far.once('error', next);
    far.once('connect', () => {
      far.off('error', next);
      keep(far);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
