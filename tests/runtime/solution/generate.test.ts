/** What is made from the code for editors and readers: complete, and the same every time. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { adapterReadme } from '../../../runtime/solution/adapter-readme.ts';
import { generate } from '../../../runtime/solution/generate.ts';
import { parseYaml } from '../../../runtime/solution/parse-yaml.ts';
import { adapters, shop, small } from './small-solution.ts';

test('one schema for each kind of YAML file, and one page for each adapter', () => {
  expect([...generate(adapters).keys()].sort()).toEqual([
    'adapters/drop/README.md',
    'adapters/web/README.md',
    ...[
      'application',
      'bus',
      'calendar',
      'environment',
      'flat',
      'map-test',
      'map',
      'message',
      'migration',
      'orchestration-test',
      'orchestration',
      'party',
      'pipeline-test',
      'pipeline',
      'rules',
      'schema-test',
    ].map((kind) => `docs/schema/${kind}.schema.json`),
  ]);
});

test('the schema for editors knows the options of each transport', () => {
  const schema = JSON.parse(generate(adapters).get('docs/schema/application.schema.json')!);
  const validate = new Ajv2020({ strict: false, logger: false }).compile(schema);
  const value = parseYaml(small[shop]!).document.toJS();
  expect(validate(value)).toBe(true);
  expect(validate({ ...value, sendPorts: { a: { transport: 'web', pipeline: 'p', ulr: 'http://a' } } })).toBe(false);
  expect(validate({ ...value, sendPorts: { a: { transport: 'none', pipeline: 'p' } } })).toBe(false);
});

test('every place in every schema that an editor can reach has a description', () => {
  for (const [path, text] of generate(adapters)) {
    if (!/docs\/schema\/(bus|application|environment|pipeline|message|map)\./.test(path)) continue;
    const { properties } = JSON.parse(text);
    const undescribed = Object.entries(properties).filter(
      ([, schema]) => !(schema as { description?: string }).description,
    );
    expect([path, undescribed.map(([name]) => name)]).toEqual([path, []]);
  }
});

test('the page of an adapter: its options with type, default and meaning, and its examples as YAML', () => {
  const page = adapterReadme(adapters[0]!);
  expect(page).toContain('# web\n');
  expect(page).toContain('| `method` | `GET` or `POST` | `"POST"` | The method |');
  expect(page).toContain('| `url` | string | required | Where to |');
  expect(page).toContain('| `password` | secret |');
  expect(page).toContain('transport: web\nurl: http://a\n```');
});
