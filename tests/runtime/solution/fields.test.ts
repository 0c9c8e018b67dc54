/** Fields that steps of pipelines name are held against the schemas of what comes there, and what is promoted is known to filters. */
import { changed, compile, placeOf, shop, told } from './small-solution.ts';

const PIPELINE = 'config/pipelines/own.pipeline.yaml';

/** The solution with a pipeline of its own at the location, and a filter of the archive. */
function receiving(steps: string, filter = 'message.type == "order"') {
  const files = changed(shop, 'pipeline: json-receive', 'pipeline: own');
  const text = `pipeline: own\nsteps:\n  - json-disassemble\n${steps}`;
  return {
    ...changed(shop, 'message.type == "order" && order.kind == "large"', filter, files),
    [PIPELINE]: text,
  };
}

function sending(steps: string) {
  const files = changed(shop, 'url: http://stock\n    pipeline: json-send', 'url: http://stock\n    pipeline: own');
  return { ...files, [PIPELINE]: `pipeline: own\nsteps:\n${steps}  - assemble\n` };
}

test('a property that a pipeline promotes may be named by filters', () => {
  const files = receiving('  - promote: { fields: { o.number: id } }\n', 'o.number == "7"');
  expect(told(files)).toEqual([]);
  expect(compile(files).deployment!.sendPorts[1]!.filter).toEqual([[{ property: 'o.number', op: '=', value: '7' }]]);
});

test('it has the type of its field', () => {
  const files = receiving('  - promote: { fields: { o.number: id } }\n', 'o.number == 7');
  expect(told(files)).toEqual([`${placeOf(files, shop, '7\n')} EXPRESSION_INVALID "7"`]);
});

test('a carried property may be compared with anything', () => {
  const steps = '  - promote: { properties: { file.name: bus.sourceName } }\n';
  expect(told(receiving(steps, 'file.name == "a.csv"'))).toEqual([]);
});

test('messages of types that do not come through the pipeline do not have the property', () => {
  const filter = 'message.type == "answer" && o.number == "7"';
  const files = receiving('  - promote: { fields: { o.number: id } }\n', filter);
  expect(told(files)).toEqual([`${placeOf(files, shop, '"7"')} SUBSCRIPTION_UNSATISFIABLE message.type == "order"`]);
});

test.each([
  ['promote: { fields: { o.number: idd } }', 'idd'],
  ['redact: { fields: [id, idd] }', 'idd'],
])('%s: a field that the schema does not have', (step, field) => {
  const files = receiving(`  - ${step}\n`);
  expect(told(files)).toEqual([`${placeOf(files, PIPELINE, field)} PIPELINE_FIELD_UNKNOWN id`]);
});

test('demote at a send port, by what is sent to it', () => {
  const wrong = sending('  - demote: { fields: { knd: bus.organisation } }\n');
  expect(told(wrong)).toEqual([`${placeOf(wrong, PIPELINE, 'knd')} PIPELINE_FIELD_UNKNOWN kind`]);
  expect(told(sending('  - demote: { fields: { kind: bus.organisation } }\n'))).toEqual([]);
});

test('of several types that come, promote needs one with the field, redact all', () => {
  const both = (step: string) => {
    const files = receiving(`  - ${step}\n`, 'message.type in ["order", "answer"]');
    return changed(shop, 'pipeline: own', 'pipeline: own, message: [order, answer]', files);
  };
  expect(told(both('promote: { fields: { o.number: id } }'))).toEqual([]);
  const files = both('redact: { fields: [id] }');
  expect(told(files)).toEqual([`${placeOf(files, PIPELINE, 'id]')} PIPELINE_FIELD_UNKNOWN text`]);
});

test('in a pipeline that nobody uses some type must have the field', () => {
  const files = { ...receiving(''), 'config/pipelines/b.pipeline.yaml': '' };
  const spare = (field: string) => ({
    ...files,
    'config/pipelines/b.pipeline.yaml': `pipeline: b\nsteps:\n  - redact: { fields: [${field}] }\n`,
  });
  expect(told(spare('text'))).toEqual([]);
  expect(told(spare('txet'))[0]).toContain('PIPELINE_FIELD_UNKNOWN text');
});

test.each([
  ['fields: { message.type: id }', 'message.type'],
  ['properties: { Ack.Type: x }', 'Ack.Type'],
  ['fields: { a: id }, properties: { a: bus.sourceName }', 'a: bus'],
])('a name that is taken: %s', (options, at) => {
  const files = receiving(`  - promote: { ${options} }\n`);
  expect(told(files)[0]).toMatch(/OPTION_INVALID/);
  expect(told(files)[0]).toContain(placeOf(files, PIPELINE, at).split(':').slice(0, 2).join(':'));
});
