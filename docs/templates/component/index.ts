/**
 * The pipeline component `example-post`: replaces words in a text. Replace it by what you need. A component holds no state, so one
 * serves all messages at once; it yields one message, several, or none.
 */
import { BusError, bytesOf, derive, type PipelineComponent, partOf } from 'guildhall/contracts';

interface Options {
  readonly find: string;
  readonly by?: string;
}

/** Kind `message` suspends the message; the help says what to do about it. */
const NOT_TEXT = {
  kind: 'message',
  text: 'The body is no UTF-8 text.',
  help: 'Put a step before this one that decodes it.',
} as const;

const examplePost: PipelineComponent = {
  name: 'example-post',
  summary: 'Replaces words in a text.',
  stages: ['decode', 'encode'],
  config: {
    type: 'object',
    required: ['find'],
    properties: {
      find: { type: 'string', minLength: 1, description: 'What is replaced' },
      by: { type: 'string', default: '', description: 'What it becomes' },
    },
    additionalProperties: false,
  },
  async execute(message, options) {
    const { find, by = '' } = options as Options;
    const [part] = message.parts;
    const text = textOf(await bytesOf(part));
    const body = partOf(Buffer.from(text.replaceAll(find, by)), part.contentType, part.name);
    return derive(message, { parts: [body, ...message.parts.slice(1)] });
  },
};

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    throw new BusError('EXAMPLE_POST_NOT_TEXT', NOT_TEXT, {}, { cause: thrown });
  }
}

/** What the bus looks for. `extensions` of config/bus.yaml names this folder. */
export const components = [examplePost];
