import type { Message } from '../../../runtime/contracts/message.ts';
import type { Pipeline, PipelineComponent } from '../../../runtime/contracts/pipeline.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { firstOfPipeline, runPipeline } from '../../../runtime/pipelines/run.ts';
import { contextOf, failure, messageOf, run } from './runs.ts';

const component = (name: string, execute: (message: Message) => AsyncIterable<Message>): PipelineComponent => ({
  name,
  summary: '',
  stages: ['decode'],
  config: {},
  execute,
});
const pipelineOf = (...components: PipelineComponent[]): Pipeline => ({
  name: 'p',
  steps: components.map((each) => ({ component: each, config: {} })),
});

const twice = component('twice', async function* (message) {
  yield { ...message, id: `${message.id}1` };
  yield { ...message, id: `${message.id}2` };
});
const none = component('none', async function* () {});

test('an empty pipeline passes the message itself', async () => {
  const message = messageOf('x');
  expect(await run('pass-through', message)).toEqual([message]);
  expect((await run('pass-through', message))[0]).toBe(message);
});

test('what one component yields flows through the next, in order', async () => {
  const found = await run(pipelineOf(twice, twice), messageOf('x'));
  expect(found.map(({ id }) => id)).toEqual(['m11', 'm12', 'm21', 'm22']);
  expect(await run(pipelineOf(twice, none, twice), messageOf('x'))).toEqual([]);
});

test('a BusError passes as it is, anything else is a bug of the component', async () => {
  const refusal = busError('MESSAGE_TYPE_UNDECIDED', { format: 'json' });
  const fails = (thrown: unknown) =>
    component('fails', async function* () {
      yield messageOf('first');
      throw thrown;
    });
  expect(await failure(run(pipelineOf(twice, fails(refusal)), messageOf('x')))).toBe(refusal);
  expect(await failure(run(pipelineOf(twice, fails(new TypeError('oh'))), messageOf('x')))).toMatchObject({
    code: 'COMPONENT_BUG',
    kind: 'bug',
    message: 'The pipeline component fails failed in a way that it should not: oh.',
  });
});

test('a consumer that stops early ends the components', async () => {
  let ended = false;
  const endless = component('endless', async function* (message) {
    try {
      for (;;) yield message;
    } finally {
      ended = true;
    }
  });
  for await (const _ of runPipeline(pipelineOf(endless, twice), messageOf('x'), contextOf([]))) break;
  expect(ended).toBe(true);
});

test('an abort stops it between messages', async () => {
  const abort = new AbortController();
  const running = runPipeline(pipelineOf(twice), messageOf('x'), contextOf([], abort.signal));
  await running.next();
  abort.abort();
  expect(await failure(running.next())).toMatchObject({ code: 'PIPELINE_STOPPED', kind: 'transient' });
});

test('the first that comes out: of steps that give one for one, of one that splits, and of none', async () => {
  let ended = false;
  const splits = component('splits', async function* (message) {
    try {
      for (;;) yield { ...message, id: 'first' };
    } finally {
      ended = true;
    }
  });
  const one: PipelineComponent = { ...none, name: 'one', execute: async (message) => ({ ...message, id: 'one' }) };
  const first = (...components: PipelineComponent[]) =>
    firstOfPipeline(pipelineOf(...components), messageOf('x'), contextOf([]));
  expect(await first(one)).toMatchObject({ id: 'one' });
  expect(await first(none, one)).toBeUndefined();
  expect(ended).toBe(false);
  expect(await first(splits, twice)).toMatchObject({ id: 'first1' });
  expect(ended).toBe(true);
});
