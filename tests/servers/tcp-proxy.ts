/** Stands between a client and a server, and breaks the link in the ways that networks do. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

export interface TcpProxy {
  readonly port: number;
  /** Ends all connections, and every new one at once. */
  cut(): void;
  /** Half-open: connections stay, and new ones are taken, but nothing passes any more. */
  stall(): void;
  /** Every chunk comes `ms` later, in both directions. */
  delay(ms: number): void;
  /** Things are well again; connections that stalled are ended. */
  heal(): void;
  close(): Promise<void>;
}

/** Sees what passes from a client to the server; made anew for every connection. */
export type Tap = () => (chunk: Buffer) => void;

/** `target` is a URL with host and port. */
export async function startTcpProxy(target: string, tap: Tap = () => () => {}): Promise<TcpProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: 'well' | 'cut' | 'stalled' = 'well';
  let latency = 0;

  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  /** An end is let through as a chunk is, or one side would learn of a silent link by the other's giving up. */
  const pass = (from: Socket, to: Socket, see: (chunk: Buffer) => void = () => {}) => {
    const passage = new Transform({
      transform: (chunk, _encoding, done) => {
        if (state === 'stalled') return done();
        see(chunk);
        if (latency === 0) return done(null, chunk);
        pause(latency).then(() => done(null, chunk));
      },
    });
    from.pipe(passage).pipe(to, { end: false });
    passage.on('end', () => state !== 'stalled' && to.end());
    from.on('close', () => state !== 'stalled' && to.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return near.destroy();
    const far = connect(Number(port), hostname);
    keep(far);
    pass(near, far, tap());
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      state = 'cut';
      endAll();
    },
    stall: () => {
      state = 'stalled';
    },
    delay: (ms) => {
      latency = ms;
    },
    heal: () => {
      if (state === 'stalled') endAll();
      state = 'well';
      latency = 0;
    },
    close: async () => {
      endAll();
      await once(server.close(), 'close');
    },
  };
}
