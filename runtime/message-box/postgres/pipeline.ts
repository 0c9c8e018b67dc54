/**
 * Several statements in one round trip: they are sent together, and the server answers them together. Without BEGIN they
 * are one transaction that ends with the last of them: all take effect, or none when one of them fails. Statements are
 * prepared once a connection.
 */
import type { Client, Connection, Submittable } from 'pg';
import type { Value } from './arrays.ts';

export interface Statement {
  /** Unique among all statements; it is prepared under this name. */
  readonly name: string;
  readonly text: string;
}

export interface Step {
  readonly statement: Statement;
  readonly values: readonly Value[];
}

/** The columns of a row, as text. */
export type Fields = readonly (string | null)[];
/** The rows of one step. */
export type Answer = readonly Fields[];

export const step = (statement: Statement, ...values: Value[]): Step => ({ statement, values });

/** What a connection has prepared; of the uncertain ones an error left open whether they are. */
interface Prepared {
  readonly sure: Set<string>;
  readonly unsure: Set<string>;
}

export interface Pipelines {
  /** Resolves with the rows of each step once the server is done with all of them. One call at a time. */
  run(steps: readonly Step[]): Promise<readonly Answer[]>;
}

export function createPipelines(client: Client): Pipelines {
  const prepared: Prepared = { sure: new Set(), unsure: new Set() };
  return {
    run: (steps) =>
      new Promise((resolve, reject) => {
        client.query(submittable(steps, prepared, resolve, reject));
      }),
  };
}

/** What pg calls while the query is its active one. */
function submittable(
  steps: readonly Step[],
  prepared: Prepared,
  resolve: (answers: readonly Answer[]) => void,
  reject: (error: unknown) => void,
): Submittable {
  const answers: Fields[][] = [[]];
  const fresh = new Set<string>();
  const unexpected = () => {};
  const handlers = {
    submit: (connection: Connection) => send(steps, prepared, fresh, connection as unknown as Wire),
    handleRowDescription: unexpected,
    handleDataRow: ({ fields }: { fields: Fields }) => void answers.at(-1)!.push(fields),
    handleCommandComplete: () => void answers.push([]),
    handleEmptyQuery: unexpected,
    handlePortalSuspended: unexpected,
    handleCopyInResponse: unexpected,
    handleCopyData: unexpected,
    handleError: (error: unknown) => {
      for (const name of fresh) prepared.unsure.add(name);
      reject(error);
    },
    handleReadyForQuery: () => {
      for (const name of fresh) prepared.sure.add(name);
      answers.pop();
      resolve(answers);
    },
  };
  return handlers;
}

/** The part of pg's connection that its types leave out. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { readonly name: string; readonly text: string; readonly types: readonly number[] }): void;
  bind(message: { readonly statement: string; readonly values: readonly Value[] }): void;
  execute(message: object): void;
  close(message: { readonly type: 'S'; readonly name: string }): void;
  sync(): void;
}

function send(steps: readonly Step[], prepared: Prepared, fresh: Set<string>, wire: Wire): void {
  wire.stream.cork();
  for (const { statement, values } of steps) {
    const { name, text } = statement;
    if (!prepared.sure.has(name) && !fresh.has(name)) {
      if (prepared.unsure.delete(name)) wire.close({ type: 'S', name });
      wire.parse({ name, text, types: [] });
      fresh.add(name);
    }
    wire.bind({ statement: name, values });
    wire.execute({});
  }
  wire.sync();
  wire.stream.uncork();
}
