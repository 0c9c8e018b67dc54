/** The options of a location that serves a contract. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { closed } from '../../shared/client/schema.ts';

export interface OperationConfig {
  readonly request?: string;
  readonly response?: string;
  readonly wait?: boolean;
  readonly serve?: boolean;
  /** Status to message type. */
  readonly answers?: Readonly<Record<string, string>>;
}

export interface ContractConfig {
  readonly openapi: string;
  /** In place of the path of the contract's first server. */
  readonly path?: string;
  /** Name of a fault to status. */
  readonly faults?: Readonly<Record<string, number>>;
  readonly operations?: Readonly<Record<string, OperationConfig>>;
  /** Below `path`; '' for nowhere. */
  readonly publish?: string;
  readonly maxBytes?: number;
  readonly keyHeader?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export const isServed = ({ operations }: ContractConfig, id: string) => operations?.[id]?.serve !== false;

/** An answer with this property has this status. */
export const STATUS = 'rest.status';

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
  publish: {
    type: 'string',
    pattern: '^$|^(/[A-Za-z0-9._~-]+)+$',
    default: '/openapi.json',
    description:
      'The path below `path` at which callers find the contract as one JSON document, with our own address; empty for nowhere',
  },
  faults: {
    type: 'object',
    additionalProperties: { type: 'integer', minimum: 400, maximum: 599 },
    description:
      'The statuses of refusals by the contract, by the name of the fault, as { Duplicate: 409 }; a fault called as a status is, such as NotFound, has that one; all others 422',
  },
  operations: {
    type: 'object',
    description: 'What is otherwise of single operations of the contract, by their operationId',
    additionalProperties: closed(
      'One operation',
      {
        request: messageType('The message type of its requests; `<operationId>-request` in kebab case, unless given'),
        response: messageType('The message type of its answers; `<operationId>-response` in kebab case, unless given'),
        answers: {
          type: 'object',
          propertyNames: { pattern: '^[1-5][0-9][0-9]$' },
          additionalProperties: messageType('The message type'),
          description:
            'Answers with another status than that of success: status to message type, as { "404": street-unknown }. The property rest.status of an answer counts more',
        },
        serve: {
          type: 'boolean',
          default: true,
          description: 'False for one that the bus does not do: its callers get 501, and it needs no message type',
        },
        wait: {
          type: 'boolean',
          description:
            'Whether its caller waits for an answer, where the port is two-way; those of which the contract names a success with content, unless given',
        },
      },
      [],
    ),
  },
};
