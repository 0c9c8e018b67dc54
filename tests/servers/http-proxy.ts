/** A proxy as it stands at the edge of a council's network: forwards http, tunnels https, and wants a password. */
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface HttpProxy {
  readonly url: string;
  /** What it was asked, as `CONNECT host:port` or `POST http://…`. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

export async function startHttpProxy(user: string, password: string): Promise<HttpProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const allowed = ({ headers }: IncomingMessage) => headers['proxy-authorization'] === wanted;
  const proxy = createServer((from, to) => {
    seen.push(`${from.method} ${from.url}`);
    if (!allowed(from)) return void to.writeHead(407).end();
    const onward = request(from.url!, { method: from.method!, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(to);
    });
    return void from.pipe(onward);
  });
  proxy.on('connect', (from: IncomingMessage, near: Socket, head: Buffer) => {
    seen.push(`CONNECT ${from.url}`);
    if (!allowed(from)) return void near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host, port] = from.url!.split(':');
    const beyond = connect(Number(port), host!, () => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      beyond.write(head);
      near.pipe(beyond).pipe(near);
    });
    for (const socket of [near, beyond]) sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    seen,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
