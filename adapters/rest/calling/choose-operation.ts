/** Which operation of a contract a message is for. */
import type { Message } from '../../../runtime/contracts/message.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import type { Operation } from '../../../runtime/openapi/contract.ts';
import { requestTypeOf } from '../../../runtime/openapi/kebab.ts';
import { OPERATION } from '../contract/config.ts';
import type { CallConfig } from './config.ts';

/** Throws BusError ENDPOINT_REFUSED for a message that is for none of them. */
export type ChooseOperation = (message: Message) => Operation;

/** The option before the type of the message before its property. `endpoint` is what errors call the far end. */
export function chooserOf(
  operations: readonly Operation[],
  { operation, operations: own = {} }: Pick<CallConfig, 'operation' | 'operations'>,
  endpoint: string,
): ChooseOperation {
  const byId = new Map(operations.map((each) => [each.id, each]));
  if (operation !== undefined) {
    const only = byId.get(operation);
    return () => only ?? refuse(endpoint, `its contract has no operation ${operation}`);
  }
  const byType = new Map(operations.map((each) => [own[each.id]?.request ?? requestTypeOf(each.id), each]));
  return ({ type, context }) => {
    const typed = type === undefined ? undefined : byType.get(type);
    if (typed) return typed;
    const named = context.get(OPERATION)?.value;
    if (named === undefined)
      return refuse(endpoint, `no operation of its contract takes ${type ?? 'what has no type'}, and it names none`);
    return byId.get(String(named)) ?? refuse(endpoint, `its contract has no operation ${String(named)}`);
  };
}

function refuse(endpoint: string, reason: string): never {
  throw busError('ENDPOINT_REFUSED', { endpoint, reason });
}
