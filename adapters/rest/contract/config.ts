/** The options of a location that serves a contract. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed } from '../../shared/client/schema.ts';

export interface OperationConfig {
  readonly request?: string;
  readonly response?: string;
  readonly wait?: boolean;
}

export interface ContractConfig {
  readonly openapi: string;
  /** In place of the path of the contract's first server. */
  readonly path?: string;
  readonly operations?: Readonly<Record<string, OperationConfig>>;
  readonly maxBytes?: number;
  readonly keyHeader?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

/** By its value messages tell their operation. */
export const OPERATION = 'rest.operation';

const messageType = (description: string): JsonSchema => ({ type: 'string', minLength: 1, description });

export const contractSchemas: Readonly<Record<string, JsonSchema>> = {
  openapi: {
    type: 'string',
    minLength: 1,
    format: 'solution-path',
    description:
      'In place of one method at one path: an OpenAPI 3.0 or 3.1 or Swagger 2.0 document, relative to the solution, all of whose operations are served. `path` is then where they lie, in place of the path of its first server',
  },
  operations: {
    type: 'object',
    description: 'What is otherwise of single operations of the contract, by their operationId',
    additionalProperties: closed(
      'One operation',
      {
        request: messageType('The message type of its requests; `<operationId>-request` in kebab case, unless given'),
        response: messageType('The message type of its answers; `<operationId>-response` in kebab case, unless given'),
        wait: {
          type: 'boolean',
          description:
            'Whether its caller waits for an answer, where the port is two-way; all but those whose only success is 202, unless given',
        },
      },
      [],
    ),
  },
};
