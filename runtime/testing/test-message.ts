/** Messages for tests of send ports. */
import { type Message, type Property, partOf, type Scalar } from '../contracts/message.ts';
import { BUS } from '../contracts/properties.ts';

export interface TestMessage {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Beside bus.idempotencyKey, which is made from the id. */
  readonly properties?: Readonly<Record<string, Scalar>>;
}

export function testMessage({ id, bytes, contentType, properties = {} }: TestMessage): Message {
  const all = { [BUS.idempotencyKey]: `${id}@test`, ...properties };
  const context = Object.entries(all).map(([name, value]): [string, Property] => [name, { value, promoted: false }]);
  return {
    id,
    interchange: id,
    type: undefined,
    parts: [partOf(bytes, contentType)],
    context: new Map(context),
  };
}
