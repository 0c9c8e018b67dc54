/** What a contract says of answers when all is well. */
import type { Operation } from '../../../runtime/openapi/contract.ts';
import type { ContractConfig } from './config.ts';

interface Success {
  readonly status: number;
  readonly types: readonly string[];
}

/** Lowest first; `2XX` stands for what is usual. */
function successes({ responses }: Operation): Success[] {
  const declared = [...responses].filter(([status]) => /^2(\d\d|XX)$/.test(status));
  return declared
    .map(([status, { content }]) => ({ status: status === '2XX' ? 200 : Number(status), types: [...content.keys()] }))
    .sort((a, b) => a.status - b.status);
}

export const typesOfSuccess = (operation: Operation) => successes(operation).flatMap(({ types }) => types);

/** Where the port has answers at all. Whose successes have no content is answered at once: there is nothing to wait for. */
export function waitsFor(operation: Operation, { operations = {} }: ContractConfig, twoWay: boolean): boolean {
  const known = successes(operation);
  const content = known.length === 0 || known.some(({ types }) => types.length > 0);
  return twoWay && (operations[operation.id]?.wait ?? content);
}

/** The status of an answer that does not say its own. */
export function successOf(operation: Operation, waits: boolean): number {
  const known = successes(operation);
  if (waits) return (known.find(({ types }) => types.length > 0) ?? known[0])?.status ?? 200;
  const accepted = known.find(({ status }) => status === 202);
  return (accepted ?? known.find(({ types }) => types.length === 0) ?? known[0])?.status ?? 202;
}

/** The media types of the answer that a caller waits for; empty where it has no content. */
export function answersWith(operation: Operation): readonly string[] {
  const status = successOf(operation, true);
  return successes(operation).find((each) => each.status === status)?.types ?? [];
}
