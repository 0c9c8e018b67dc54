/** orchestrations/*.test.yaml: what comes in, what must go out, in order, on a simulated clock. */

import { durationPattern } from '../../contracts/duration.ts';
import type { FileKind } from './kind.ts';
import { closed, duration, name, text } from './parts.ts';

const document = { description: 'The document of the message' };

const fault = {
  type: 'object',
  description: 'The fault by which the far end refuses it',
  properties: {
    error: text('The name to catch it by'),
    code: text('The error code, unless it is ENDPOINT_REFUSED'),
    reason: text('Its text'),
    detail: {},
  },
};

const stub = {
  type: 'object',
  description: 'What the far end does with a message',
  properties: {
    respond: { description: 'The answer that it gives' },
    fault,
    after: duration('How long it takes'),
  },
  additionalProperties: false,
};

const step = {
  type: 'object',
  description: 'One step: receive, expect-send, expect-reply, expect-nothing, expect, down, resume or skip',
  properties: {
    receive: {
      type: 'object',
      description: 'A message comes in',
      properties: {
        port: name('a port of the orchestration'),
        message: name('a message type'),
        document,
        taken: {
          type: 'boolean',
          description: 'Whether it must start the orchestration, or be waited for',
        },
      },
      required: ['port', 'message', 'document'],
    },
    'expect-send': {
      type: 'object',
      description: 'The orchestration must send this next',
      properties: {
        port: name('a port of the orchestration'),
        via: name('the send port that it must go through, such as a backup'),
        document,
      },
      required: ['port'],
    },
    respond: { description: 'The answer that the far end gives to the send' },
    fault,
    'expect-nothing': { description: 'Nothing more may have gone out', const: true },
    expect: {
      type: 'object',
      description: 'How the instance must stand',
      properties: {
        status: text('running, waiting, completed, suspended or terminated'),
        at: text('The name of a step that it must stand at'),
        milestones: { type: 'array', items: text('A milestone'), description: 'All that it has reached, in order' },
        holds: { type: 'object', description: 'Variable or message to what it must hold' },
      },
      additionalProperties: false,
    },
    down: {
      type: 'object',
      description: 'The far end of a port is away from now on',
      properties: { port: name('a port of the orchestration'), for: duration('How long') },
      required: ['port', 'for'],
      additionalProperties: false,
    },
    'expect-reply': { description: 'The document that the orchestration must answer the caller with' },
    resume: { description: 'An operator lets the suspended instance go on', const: true },
    skip: {
      type: 'string',
      pattern: `${durationPattern}|^\\d{4}-\\d\\d-\\d\\dT.*(Z|[+-]\\d\\d:\\d\\d)$`,
      description: 'Lets time pass: a duration, or a date-time until which',
    },
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
            now: text('When it begins, as 2026-12-23T16:00:00Z; without it at noon in Greenwich on 24 June 2026'),
            stubs: {
              type: 'object',
              description: 'Port of the orchestration to what its far end does by itself; a list is taken in turn',
              additionalProperties: { anyOf: [stub, { type: 'array', minItems: 1, items: stub }] },
            },
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
