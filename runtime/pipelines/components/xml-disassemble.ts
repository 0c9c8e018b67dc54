/** Reads an XML message and finds its type by the namespace and name of its root element. */
import { bytesOf, type Message } from '../../contracts/message.ts';
import type { PipelineComponent, PipelineContext } from '../../contracts/pipeline.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { busError } from '../../errors/bus-error.ts';
import { nearest } from '../../errors/nearest.ts';
import { rootOf } from '../../schemas/xml/root-of.ts';
import { candidates } from '../candidates.ts';
import { noOptions } from '../no-options.ts';
import { typed } from '../typed.ts';

export const xmlDisassemble: PipelineComponent = {
  name: 'xml-disassemble',
  summary: 'Reads an XML message, finds its type by its root element, and promotes its properties.',
  stages: ['disassemble'],
  config: noOptions,
  async execute(message, _config, context) {
    const bytes = await bytesOf(message.parts[0]);
    const schema = decide(message, bytes, context);
    return typed(message, schema, schema.read(bytes));
  },
};

function decide(message: Message, bytes: Uint8Array, context: PipelineContext): CompiledSchema {
  const expected = candidates(message, context, 'xml');
  if (expected.length === 1) return expected[0]!;
  const root = rootOf(bytes);
  const sharing = expected.length > 0 ? expected.filter((schema) => schema.root === root) : byRoot(root, context);
  const found = sharing.length > 0 ? sharing : expected.filter((schema) => schema.root === undefined);
  if (found.length === 1) return found[0]!;
  if (found.length > 1) throw ambiguous(root, found);
  throw unrecognised(root, expected, context);
}

const byRoot = (root: string, context: PipelineContext) =>
  context.schemas.findByRoot(root).filter((schema) => schema.format === 'xml');

function ambiguous(root: string, found: readonly CompiledSchema[]) {
  return busError('XML_ROOT_AMBIGUOUS', { root, types: found.map((schema) => schema.type).join(', ') });
}

function unrecognised(root: string, expected: readonly CompiledSchema[], { schemas }: PipelineContext) {
  const known = expected.length > 0 ? expected : schemas.types.flatMap((type) => schemas.find(type) ?? []);
  const near = nearest(
    root,
    known.flatMap((schema) => schema.root ?? []),
  );
  return busError('XML_ROOT_UNRECOGNISED', { root, near: near === undefined ? '' : ` (the nearest is ${near})` });
}
