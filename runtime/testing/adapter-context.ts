/**
 * What an adapter is given, for tests: the system clock, counted ids, no secrets and no HTTP listener; each may be
 * overridden. Relative paths are taken from the working directory.
 */
import { resolve } from 'node:path';
import { createSystemClock } from '../clock/system.ts';
import type { AdapterContext, HttpListener } from '../contracts/adapter.ts';
import { busError } from '../errors/bus-error.ts';
import { createLocalReplayCache } from '../replays/local.ts';

export function testAdapterContext(overrides: Partial<AdapterContext> = {}): AdapterContext {
  let count = 0;
  return {
    name: 'test',
    twoWay: false,
    clock: createSystemClock(),
    newId: () => `test-${++count}`,
    secret: (name) => {
      throw busError('SECRET_MISSING', { name });
    },
    emit: () => {},
    resolvePath: (path) => resolve(path),
    replays: createLocalReplayCache(overrides.clock ?? createSystemClock()),
    http: noListener,
    ...overrides,
  };
}

const noListener: HttpListener = {
  address: 'http://127.0.0.1:0',
  mount: (path) => {
    throw busError('ADAPTER_CONFIG', { name: path, reason: 'this test gives no HTTP listener' });
  },
};
