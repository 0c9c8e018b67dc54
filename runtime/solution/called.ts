/** The contracts that send ports call by. */
import type { CalledContract } from '../contracts/adapter.ts';
import { adapterOptions } from './adapter-options.ts';
import type { Model } from './model.ts';
import { at, textOf } from './plain.ts';
import type { WrittenSendPort } from './ports.ts';

export function calledBy({ adapters, files }: Model, { options }: WrittenSendPort): CalledContract | undefined {
  const adapter = adapters.get(textOf(at(options.value, ['transport'])) ?? '');
  const read = (path: string) => files.get(path.replace(/^\.\//, ''));
  return adapter?.calls?.(adapterOptions(adapter, options, 'send'), read);
}
