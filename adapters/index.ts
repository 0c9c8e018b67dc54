/** Every transport that this bus speaks, one line each. */
import type { Adapter } from '../runtime/contracts/adapter.ts';
import { amqp } from './amqp/adapter.ts';
import { file } from './file/adapter.ts';
import { rest } from './rest/adapter.ts';
import { soap } from './soap/adapter.ts';

export const adapters: readonly Adapter[] = [amqp as Adapter, file as Adapter, rest as Adapter, soap as Adapter];
