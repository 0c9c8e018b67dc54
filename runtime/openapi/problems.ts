/** What is wrong with a contract. */
import type { Contract, Operation } from './contract.ts';
import { ContractProblem } from './documents.ts';

/** With those of schemas, which are found once they are compiled. */
export function problemsOf({ problems }: Contract, operations: readonly Operation[]): ContractProblem[] {
  const schemas = operations.flatMap(({ parameters, body, responses }) => [
    ...parameters.map(({ schema }) => schema),
    ...[body, ...responses.values()].flatMap((each) => [...(each?.content.values() ?? [])].map(({ schema }) => schema)),
  ]);
  const found = schemas.flatMap((schema) => {
    try {
      schema?.check(undefined);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof ContractProblem)) throw thrown;
      return [thrown];
    }
  });
  return [...problems, ...found];
}
