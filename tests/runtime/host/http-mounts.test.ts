/** Mounts in layers: a new one hides the old until it is gone, and each location knows when its requests have ended. */
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
