/** Mounts in layers: a new one hides the old until it is gone, and each location knows when its requests have ended. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHttpMounts } from '../../../runtime/host/http-mounts.ts';

const handler = () => () => {};

test('the newest layer that serves the path decides, whatever an older one has below it', () => {
  const mounts = createHttpMounts();
  const [old, young] = [mounts.layer().share(), mounts.layer().share()];
  const [deep, wide, other] = [handler(), handler(), handler()];
  old.mount('/a/b', deep);
  old.mount('/c', other);
  const unmount = young.mount('/a', wide);
  expect(mounts.find('/a/b?x')?.handler).toBe(wide);
  expect(mounts.find('/c')?.handler).toBe(other);
  unmount();
  expect(mounts.find('/a/b')?.handler).toBe(deep);
  expect(mounts.find('/a')).toBeUndefined();
});

test('a path is taken once in a layer, and free for the next layer', () => {
  const mounts = createHttpMounts();
  const layer = mounts.layer();
  layer.share().mount('/a', handler());
  expect(() => layer.share().mount('/a/', handler())).toThrow(expect.objectContaining({ code: 'PATH_TAKEN' }));
  expect(() => mounts.layer().share().mount('/a', handler())).not.toThrow();
});

test('a share is idle once the requests of its own mounts have ended', async () => {
  const layer = createHttpMounts().layer();
  const [mine, other] = [layer.share(), layer.share()];
  await mine.idle();
  const mounts = createHttpMounts();
  const share = mounts.layer().share();
  share.mount('/a', handler());
  other.mount('/b', handler());
  const found = mounts.find('/a')!;
  found.active += 1;
  let idle = false;
  const waiting = share.idle().then(() => {
    idle = true;
  });
  await Promise.resolve();
  expect(idle).toBe(false);
  found.active -= 1;
  found.onIdle();
  await waiting;
  expect(idle).toBe(true);
});

describe('paths that several locations share', () => {
  const answered = (found: ReturnType<ReturnType<typeof createHttpMounts>['find']>, method: string) => {
    const written: unknown[] = [];
    const response = {
      setHeader: (name: string, value: string) => void written.push(`${name}: ${value}`),
      writeHead: (status: number) => {
        written.push(status);
        return response;
      },
      end: () => response,
    };
    found!.handler({ method, url: '/a' } as IncomingMessage, response as unknown as ServerResponse);
    return written;
  };

  test('literals go before parameters, more literal text before less, and a whole match before any prefix', () => {
    const mounts = createHttpMounts();
    const layer = mounts.layer();
    const paths = [
      '/a',
      '/a/{id}',
      '/a/{id}.json',
      '/a/new',
      '/a/{id}/notes/{note}',
      '/a/{x}/notes',
      '/{other}/b/c',
      '/',
    ];
    const byPath = new Map(paths.map((path) => [path, handler()]));
    for (const [path, mine] of byPath) layer.share().mount(path, mine);
    const found = (url: string) => [...byPath].find(([, mine]) => mounts.find(url)?.handler === mine)?.[0];
    expect(
      [
        '/a',
        '/a/',
        '/a/1',
        '/a/1.json?x=/a/new',
        '/a/new',
        '/a/.json',
        '/a/1/notes',
        '/a/1/notes/2',
        '/a/new/notes',
      ].map(found),
    ).toEqual([
      '/a',
      '/a',
      '/a/{id}',
      '/a/{id}.json',
      '/a/new',
      '/a/{id}',
      '/a/{x}/notes',
      '/a/{id}/notes/{note}',
      '/a/{x}/notes',
    ]);
    expect(['/a/b/c', '/z/b/c', '/z', '//', '/a/1/notes/2/3', '/a/1/other'].map(found)).toEqual([
      '/{other}/b/c',
      '/{other}/b/c',
      '/',
      '/',
      '/a/{id}/notes/{note}',
      '/a/{id}',
    ]);
  });

  test('by their methods; who alone serves a path gets all methods, else the listener says which there are', () => {
    const mounts = createHttpMounts();
    const layer = mounts.layer();
    const [get, post] = [handler(), handler()];
    layer.share().mount('/a', get, ['GET']);
    expect(mounts.find('/a', 'PUT')?.handler).toBe(get);
    const unmount = layer.share().mount('/a', post, ['POST']);
    expect([mounts.find('/a', 'GET')?.handler, mounts.find('/a', 'HEAD')?.handler]).toEqual([get, get]);
    expect(mounts.find('/a', 'POST')?.handler).toBe(post);
    expect(answered(mounts.find('/a', 'PUT'), 'PUT')).toEqual(['Allow: GET, HEAD, POST, OPTIONS', 405]);
    expect(answered(mounts.find('/a', 'OPTIONS'), 'OPTIONS')).toEqual(['Allow: GET, HEAD, POST, OPTIONS', 204]);
    unmount();
    expect(mounts.find('/a', 'POST')?.handler).toBe(get);
  });

  test('what would be served twice is taken, whatever its parameters are called', () => {
    const layer = createHttpMounts().layer();
    const taken = (path: string, methods?: string[]) => {
      try {
        layer.share().mount(path, handler(), methods);
        return false;
      } catch {
        return true;
      }
    };
    layer.share().mount('/a/{id}', handler(), ['GET', 'PUT']);
    expect([taken('/a/{name}', ['GET']), taken('/a/{id}'), taken('/a/{id}', ['POST']), taken('/a/{id}.json')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([taken('/b'), taken('/b', ['GET'])]).toEqual([false, true]);
  });
});
