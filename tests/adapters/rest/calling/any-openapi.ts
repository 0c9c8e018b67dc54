/** All operations of any OpenAPI document, called with a message made of it, against a server made of it that checks what comes. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { rest } from '../../../../adapters/rest/adapter.ts';
import { hasDocument } from '../../../../adapters/rest/contract/to-message.ts';
import { BusError } from '../../../../runtime/contracts/errors.ts';
import { bytesOf } from '../../../../runtime/contracts/message.ts';
import { type Contract, type Operation, readContract } from '../../../../runtime/openapi/contract.ts';
import type { At } from '../../../../runtime/openapi/documents.ts';
import { asNode } from '../../../../runtime/openapi/node.ts';
import { testAdapterContext } from '../../../../runtime/testing/adapter-context.ts';
import { testMessage } from '../../../../runtime/testing/test-message.ts';
import { openContractLocation } from '../contract/open-contract.ts';
import { sampleOf, type Way } from './sample-of.ts';
import { textAt } from './text-at.ts';

export interface Swept {
  readonly operations: number;
  /** What went wrong with which operation. */
  readonly problems: readonly string[];
  /** Operations of which no sample could be made that its schema takes. */
  readonly unsure: readonly string[];
}

/** The document at `file`, relative to `root`. */
export async function sweepOpenapi(root: string, file: string): Promise<Swept> {
  const contract = readContract(file, (path) => textAt(join(root, path)));
  const problems: string[] = contract.problems.map(({ message }) => message);
  const unsure: string[] = [];
  for (const operation of contract.operations) {
    try {
      const told = await callIt(root, file, contract, operation);
      if (told) unsure.push(`${operation.id}: ${told}`);
    } catch (thrown) {
      problems.push(`${operation.id}: ${(thrown as Error).message.slice(0, 500)}`);
    }
  }
  return { operations: contract.operations.length, problems, unsure };
}

/** What no sample could be made of, in words. */
async function callIt(
  root: string,
  file: string,
  contract: Contract,
  operation: Operation,
): Promise<string | undefined> {
  const fields: Record<string, unknown> = {};
  const properties: Record<string, string> = {};
  for (const parameter of operation.parameters) {
    const value = sampleOf(contract.documents, schemaOfParameter(contract, parameter.place), 'request');
    const [violation] = parameter.schema.check(value);
    if (violation) return `${parameter.name} ${violation.message}`;
    if (parameter.in === 'path' || parameter.in === 'query') fields[parameter.name] = value;
    else
      properties[`${parameter.in}.${parameter.name}`] =
        typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  const body = bodyOf(contract, operation);
  if (body && 'unsure' in body) return body.unsure;
  const document = hasDocument(operation) ? { ...fields, ...(body ? { body: body.value } : {}) } : body?.value;
  const answer = answerOf(contract, operation);
  if (answer && 'unsure' in answer) return answer.unsure;
  await exchange({ root, file, operation, document, parameters: properties, answer: answer?.value });
  return undefined;
}

interface Exchange {
  readonly root: string;
  readonly file: string;
  readonly operation: Operation;
  readonly document: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  readonly answer: unknown;
}

async function exchange({ root, file, operation, document, parameters, answer }: Exchange): Promise<void> {
  const resolvePath = (path: string) => join(root, path);
  const response = testMessage({
    id: 'r',
    bytes: Buffer.from(JSON.stringify(answer) ?? ''),
    contentType: 'application/json',
  });
  const location = await openContractLocation(
    { openapi: file, path: '/mock' },
    async () => (answer === undefined ? {} : { response: Promise.resolve(response) }),
    { twoWay: answer !== undefined, resolvePath },
  );
  const url = `${location.listener.address}/mock`;
  const config = { openapi: file, url, operation: operation.id, parameters };
  const port = rest.send!(config, testAdapterContext({ resolvePath, twoWay: answer !== undefined }));
  try {
    const bytes = Buffer.from(JSON.stringify(document ?? {}));
    const given = await port.send(
      testMessage({ id: 'm', bytes, contentType: 'application/json' }),
      new AbortController().signal,
    );
    const [came] = location.seen;
    if (!came) throw new Error('nothing came in');
    if (came.context.get('rest.operation')?.value !== operation.id) throw new Error('another operation was called');
    const read = JSON.parse(Buffer.from(await bytesOf(came.parts[0])).toString()) as unknown;
    if (!isDeepStrictEqual(read, document))
      throw new Error(`it arrives as ${JSON.stringify(read)}, not ${JSON.stringify(document)}`);
    if (answer === undefined) return;
    const answered = JSON.parse(Buffer.from(await bytesOf(given!.parts[0])).toString()) as unknown;
    if (!isDeepStrictEqual(answered, answer)) throw new Error(`the answer arrives as ${JSON.stringify(answered)}`);
  } catch (thrown) {
    if (!(thrown instanceof BusError)) throw thrown;
    throw new Error(`${thrown.code} ${thrown.message} ${JSON.stringify(thrown.detail)}`);
  } finally {
    await port.close();
    await location.close();
  }
}

function schemaOfParameter(
  { documents }: Contract,
  place: { readonly file: string; readonly keys: readonly string[] },
): At {
  const at = documents.target(pointer(place.keys), place);
  const node = asNode(at.value);
  const content = Object.values(asNode(node['content']))[0];
  const value = node['schema'] ?? asNode(content)['schema'] ?? { type: 'string' };
  return { ...at, value };
}

const pointer = (keys: readonly string[]) =>
  `#/${keys
    .map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))
    .map(encodeURIComponent)
    .join('/')}`;

type Sample = { readonly value: unknown } | { readonly unsure: string } | undefined;

/** Of JSON, else of a form; files are not made. */
function bodyOf(contract: Contract, operation: Operation): Sample {
  const content = operation.body?.content;
  if (!content || content.size === 0) return undefined;
  const type =
    [...content.keys()].find((each) => /json|^\*\/\*$/.test(each)) ??
    [...content.keys()].find((each) => /form|text\/plain/.test(each));
  if (type === undefined) return { unsure: `its body is of ${[...content.keys()]}` };
  return sampleIn(contract, operation, ['requestBody'], type, 'request', content.get(type)!);
}

function answerOf(contract: Contract, operation: Operation): Sample {
  const good = [...operation.responses].filter(([status]) => /^20[01]$/.test(status)).sort()[0];
  const type = good && [...good[1].content.keys()].find((each) => /json/.test(each));
  if (!good || type === undefined) return undefined;
  return sampleIn(contract, operation, ['responses', good[0]], type, 'response', good[1].content.get(type)!);
}

function sampleIn(
  { documents }: Contract,
  { place }: Operation,
  keys: readonly string[],
  type: string,
  way: Way,
  { schema }: { readonly schema: { check(value: unknown): readonly { readonly message: string }[] } | undefined },
): Sample {
  const outer = documents.resolved(documents.target(pointer([...place.keys, ...keys]), place));
  const media = Object.entries(asNode(asNode(outer.value)['content'])).find(
    ([name]) => name.toLowerCase() === type,
  )?.[1];
  const value = sampleOf(documents, { ...outer, value: asNode(media)['schema'] ?? {} }, way);
  const [violation] = schema?.check(value) ?? [];
  return violation ? { unsure: `${type} ${violation.message}` } : { value };
}
