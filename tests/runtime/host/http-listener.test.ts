/** The shared HTTP listener, over real sockets. */
import { connect } from 'node:net';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import { createHttpListener, type HttpLimits, type ListeningHttp } from '../../../runtime/host/http-listener.ts';

const clock = createSystemClock();
let listener: ListeningHttp | undefined;

afterEach(() => listener?.stop());

async function listening(limits: Partial<HttpLimits> = {}): Promise<ListeningHttp> {
  listener = createHttpListener('127.0.0.1:0', clock, limits);
  await listener.start();
  return listener;
}

/** Sends bytes as they are; resolves with all that came back once the server closes. */
function raw(address: string, ...sent: string[]): Promise<string> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      for (const text of sent) socket.write(text);
    });
    let got = '';
    socket.on('data', (chunk) => {
      got += chunk;
    });
    socket.on('close', () => resolve(got));
    socket.on('error', reject);
  });
}

describe('dispatch', () => {
  test('the longest prefix in whole segments wins', async () => {
    const { mount, address } = await listening();
    for (const path of ['/a', '/a/b', '/c/']) mount(path, (_request, response) => response.end(path));
    const paths = ['/a', '/a/', '/a?x=/a/b', '/a/x', '/a/b', '/a/b/c/d', '/c', '/c/d'];
    const answers = await Promise.all(paths.map(async (path) => (await fetch(address + path)).text()));
    expect(answers).toEqual(['/a', '/a', '/a', '/a', '/a/b', '/a/b', '/c/', '/c/']);
  });

  test('what nobody serves is a problem document', async () => {
    const { mount, address } = await listening();
    mount('/a', (_request, response) => response.end());
    for (const path of ['/', '/ab', '/b?secret=1', '//a']) {
      const answer = await fetch(address + path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json',
      ]);
      expect(await answer.json()).toMatchObject({ status: 404, title: 'Not Found', instance: path.split('?')[0] });
    }
  });

  test('a path is taken once, and free again after its unmount', async () => {
    const { mount } = await listening();
    const unmount = mount('/a', () => {});
    expect(() => mount('/a/', () => {})).toThrow(expect.objectContaining({ code: 'PATH_TAKEN', kind: 'config' }));
    unmount();
    const second = mount('/a', () => {});
    unmount();
    expect(() => mount('/a', () => {})).toThrow(expect.objectContaining({ code: 'PATH_TAKEN' }));
    second();
  });

  test('a handler that throws gives 500 without its text, and the server goes on', async () => {
    const { mount, address } = await listening();
    mount('/bad', () => {
      throw new Error('the inside');
    });
    const answer = await fetch(`${address}/bad`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('inside');
    expect((await fetch(`${address}/other`)).status).toBe(404);
  });
});

describe('bad requests', () => {
  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a huge header', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s', async (_title, bytes, status) => {
    const { address } = await listening();
    expect(await raw(address, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('a head that never ends is cut off', async () => {
    const { address } = await listening({ head: 100 });
    expect(await raw(address, 'GET / HTTP/1.1\r\nHost: a\r\n')).toMatch(/^HTTP\/1.1 408 /);
  });

  test('an early answer reaches the caller, and what still comes is bounded', async () => {
    const { mount, address } = await listening({ linger: 100 });
    mount('/full', (_request, response) => response.writeHead(413).end('too much'));
    const head = 'POST /full HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n';
    expect(await raw(address, head, 'x'.repeat(500_000))).toMatch(/^HTTP\/1.1 413 [\s\S]*too much/);
  });
});

describe('start and stop', () => {
  test('a taken port is HTTP_LISTEN', async () => {
    const { address } = await listening();
    const second = createHttpListener(address.replace('http://', ''), clock);
    await expect(second.start()).rejects.toMatchObject({ code: 'HTTP_LISTEN', kind: 'config' });
    await second.stop();
  });

  test.each(['8080', 'localhost', '127.0.0.1:99999', ''])('%j is no address', async (address) => {
    await expect(createHttpListener(address, clock).start()).rejects.toMatchObject({ code: 'HTTP_LISTEN' });
  });

  test('stop lets a request under way finish, then closes its connection', async () => {
    const { mount, address, stop } = await listening();
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    mount('/slow', (_request, response) => {
      begun.resolve();
      void gate.promise.then(() => response.end('done'));
    });
    const answer = fetch(`${address}/slow`);
    await begun.promise;
    const stopped = stop();
    await expect(fetch(`${address}/slow`)).rejects.toBeDefined();
    gate.resolve();
    expect(await (await answer).text()).toBe('done');
    await stopped;
  });

  test('stop cuts what does not finish', async () => {
    const { mount, address, stop } = await listening({ grace: 50 });
    const begun = Promise.withResolvers<void>();
    mount('/never', () => begun.resolve());
    const answer = fetch(`${address}/never`);
    await begun.promise;
    await Promise.all([stop(), expect(answer).rejects.toBeDefined()]);
  });

  test('stop is safe before start and twice; idle connections do not hold it up', async () => {
    await createHttpListener('127.0.0.1:0', clock).stop();
    const { address, stop } = await listening();
    await (await fetch(address)).text();
    await Promise.all([stop(), stop()]);
  });
});
