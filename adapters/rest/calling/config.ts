/** The options of a send port that calls by a contract. */
import type { JsonSchema } from '../../../runtime/contracts/adapter.ts';
import type { ConnectionConfig } from '../../shared/client/dispatcher.ts';
import { closed, mapOf, type TextOrSecret, text, textOrSecret } from '../../shared/client/schema.ts';
import type { HeaderConfig } from '../request-headers.ts';

export interface CallConfig extends HeaderConfig, ConnectionConfig {
  readonly openapi: string;
  /** In place of the address of the contract's first server, with its path. */
  readonly url?: string;
  readonly operation?: string;
  /** By operationId. */
  readonly operations?: Readonly<Record<string, { readonly request?: string; readonly response?: string }>>;
  /** By name, or by place and name as `header.X-Tenant`. */
  readonly parameters?: Readonly<Record<string, TextOrSecret>>;
  readonly maxAnswerBytes?: number;
  readonly answerProperties?: Readonly<Record<string, string>>;
}

export const callSchemas: Readonly<Record<string, JsonSchema>> = {
  openapi: {
    type: 'string',
    minLength: 1,
    format: 'solution-path',
    description:
      'In place of one method at one address: an OpenAPI 3.0 or 3.1 or Swagger 2.0 document, relative to the solution, whose operations are called. It says method, path, parameters, bodies and answers; all of them are checked by it. `url` is then the address of the service, in place of that of its first server',
  },
  operation: text(
    'The only operation of the contract that is called, by its operationId; without it, that of the message: whose request has the type of the message, or that its property rest.operation names',
  ),
  operations: mapOf(
    'What is otherwise of single operations of the contract, by their operationId',
    closed(
      'One operation',
      {
        request: text('The message type of its requests; `<operationId>-request` in kebab case, unless given'),
        response: text(
          'The message type of its answers, of several in `response` of the port; `<operationId>-response` in kebab case, unless given',
        ),
      },
      [],
    ),
  ),
  parameters: mapOf(
    'Parameters of the contract that are not fields of the message, by their name, or by place and name as header.X-Tenant: text, in which {property} stands for a property of the message, or { secret: NAME }',
    textOrSecret('The value'),
  ),
};
