/**
 * What every pipeline component promises, as a suite: options that are described and checked, messages that are never
 * changed in place, only BusErrors, no state between messages. Uses jest's globals.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type Message, partOf } from '../contracts/message.ts';
import type { PipelineComponent } from '../contracts/pipeline.ts';
import { isBusError } from '../errors/as-bus-error.ts';
import { testPipelineContext } from './pipeline-context.ts';

export interface ComponentContractOptions {
  /** Options that the component can work with; none by default. */
  readonly config?: unknown;
  /** It makes one part of all. */
  readonly joins?: boolean;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const INPUTS = ['', 'a,b\n1,2\n', '{"a":1}', '<a/>', '\u0000\uFFFD', '{"a":'];

export function componentContract(
  component: PipelineComponent,
  { config = {}, joins }: ComponentContractOptions = {},
): void {
  describe(`component ${component.name}`, () => {
    test('has a name in kebab-case, a summary and a stage', () => {
      expect(component.name).toMatch(NAME);
      expect(component.summary).toMatch(/^[A-Z].*\.$/);
      expect(component.stages.length).toBeGreaterThan(0);
    });

    test('describes every option and takes no others', () => {
      const validate = new Ajv2020({ strict: true }).compile(component.config);
      expect(validate(config)).toBe(true);
      expect(validate({ ...(config as object), 'no-such-option': 1 })).toBe(false);
      const properties = Object.values((component.config['properties'] ?? {}) as Record<string, object>);
      expect(properties.filter((property) => !('description' in property))).toEqual([]);
      expect(component.check?.(config) ?? []).toEqual([]);
    });

    test.each(INPUTS)('%j gives messages or a BusError, the same every time, and stays as it was', async (body) => {
      const message = messageOf(body);
      const before = snapshot(message);
      const first = await outcome(component, config, message);
      expect(await outcome(component, config, message)).toEqual(first);
      expect(snapshot(message)).toEqual(before);
    });

    test('keeps the interchange and the other parts of a message', async () => {
      const parts: Message['parts'] = [partOf(Buffer.from('x'), 'text/plain'), partOf(Buffer.from('y'), 'a/b', 'more')];
      const message: Message = { ...messageOf('x'), parts };
      const outcomes = await outcome(component, config, message);
      if (!Array.isArray(outcomes)) return;
      for (const next of outcomes) {
        expect(next.interchange).toBe(message.interchange);
        if (!joins) expect(next.parts.at(-1)?.name).toBe('more');
      }
    });
  });
}

function messageOf(body: string): Message {
  const context = new Map([['origin', { value: 'here', promoted: true }]]);
  return { id: 'm', interchange: 'i', type: undefined, parts: [partOf(Buffer.from(body), 'text/plain')], context };
}

/** What came out, or the code of the BusError. */
async function outcome(component: PipelineComponent, config: unknown, message: Message): Promise<Message[] | string> {
  const context = testPipelineContext();
  const messages: Message[] = [];
  try {
    const outcome = component.execute(message, config, context);
    if ('then' in outcome) messages.push(await outcome);
    else for await (const next of outcome) messages.push(next);
  } catch (thrown) {
    if (isBusError(thrown)) return thrown.code;
    throw thrown;
  }
  return messages.map((next) => ({ ...next, parts: next.parts.map(withoutMethods) }) as unknown as Message);
}

const withoutMethods = ({ name, contentType, size, bytes }: Message['parts'][0]) => ({
  name,
  contentType,
  size,
  bytes,
});

const snapshot = ({ parts, context, ...rest }: Message) =>
  JSON.stringify([rest, [...context], parts.map((part) => [part.name, part.contentType, [...(part.bytes ?? [])]])]);
