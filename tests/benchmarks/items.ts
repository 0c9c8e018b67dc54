/** Every benchmark by its name. */
import { flatMessages } from './flat-messages.ts';
import { flatSubscriptions } from './flat-subscriptions.ts';
import { flatWaiting } from './flat-waiting.ts';
import { hosts2 } from './hosts-2.ts';
import { largeBody } from './large-body.ts';
import { map } from './map.ts';
import { measureCurve } from './measure-curve.ts';
import type { Measured } from './measured.ts';
import type { Options, StoreKind } from './options.ts';
import { claim, publish, settle } from './store-items.ts';
import { w1 } from './w1.ts';
import { w2 } from './w2.ts';
import { w3 } from './w3.ts';
import { w4 } from './w4.ts';
import { w5 } from './w5.ts';

export interface Item {
  readonly stores: readonly StoreKind[];
  run(options: Options): Promise<Measured>;
}

const DURABLE: readonly StoreKind[] = ['sqlite', 'postgres'];
const EVERY: readonly StoreKind[] = [...DURABLE, 'memory'];

export const items: Readonly<Record<string, Item>> = {
  w1: { stores: DURABLE, run: (options) => w1('w1', 'undici', options) },
  'w1-node-http': { stores: ['sqlite'], run: (options) => w1('w1-node-http', 'node', options) },
  w2: { stores: DURABLE, run: w2 },
  w3: { stores: DURABLE, run: w3 },
  w4: { stores: DURABLE, run: w4 },
  w5: { stores: DURABLE, run: w5 },
  map: { stores: ['memory'], run: map },
  publish: { stores: DURABLE, run: (options) => publish('publish', 1, true, options) },
  'publish-1': { stores: DURABLE, run: (options) => publish('publish-1', 1, false, options) },
  'publish-10': { stores: DURABLE, run: (options) => publish('publish-10', 10, false, options) },
  'publish-100': { stores: DURABLE, run: (options) => publish('publish-100', 100, false, options) },
  claim: { stores: DURABLE, run: claim },
  settle: { stores: DURABLE, run: settle },
  'flat-messages': { stores: EVERY, run: (options) => measureCurve(flatMessages, options) },
  'flat-subscriptions': { stores: EVERY, run: (options) => measureCurve(flatSubscriptions, options) },
  'flat-waiting': { stores: EVERY, run: (options) => measureCurve(flatWaiting, options) },
  'hosts-2': { stores: ['postgres'], run: hosts2 },
  'large-body': { stores: DURABLE, run: largeBody },
};
