/** orchestrations/*.test.yaml: what comes in, what must go out, in order, on a simulated clock. */
import type { FileKind } from './kind.ts';
import { closed, duration, name, text } from './parts.ts';

const document = { description: 'The document of the message' };

const step = {
  type: 'object',
  description: 'One step: receive, expect-send, expect-reply or skip',
  properties: {
    receive: {
      type: 'object',
      description: 'A message comes in',
      properties: { port: name('a port of the orchestration'), message: name('a message type'), document },
      required: ['port', 'message', 'document'],
    },
    'expect-send': {
      type: 'object',
      description: 'The orchestration must send this next',
      properties: { port: name('a port of the orchestration'), document },
      required: ['port'],
    },
    respond: { description: 'The answer that the far end gives to the send' },
    fault: {
      type: 'object',
      description: 'The fault by which the far end refuses the send',
      properties: { error: text('The name to catch it by'), reason: text('Its text'), detail: {} },
    },
    'expect-reply': { description: 'The document that the orchestration must answer the caller with' },
    skip: duration('Lets time pass'),
  },
};

export const orchestrationTest: FileKind = {
  name: 'orchestration-test',
  what: 'a test of an orchestration',
  pattern: /^orchestrations\/.+\.test\.yaml$/,
  place: 'orchestrations/*.test.yaml',
  schema: closed(
    'Tests of an orchestration',
    {
      test: text('The name of the test'),
      orchestration: name('the orchestration'),
      cases: {
        type: 'array',
        minItems: 1,
        description: 'The cases, each on its own',
        items: {
          type: 'object',
          description: 'A case',
          properties: {
            name: text('What the case shows'),
            steps: { type: 'array', minItems: 1, items: step, description: 'What happens, in order' },
            end: text('How the instance must stand at the end: running, waiting, completed, suspended or terminated'),
          },
          required: ['name', 'steps'],
        },
      },
    },
    ['test', 'orchestration', 'cases'],
  ),
};
