import { compilePipeline } from '../../../runtime/pipelines/compile.ts';
import { components } from '../../../runtime/pipelines/components/index.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';

const compile = (yaml: string) =>
  compilePipeline(readYaml('config/pipelines/p.pipeline.yaml', yaml).source, components);
const placed = (yaml: string) =>
  compile(yaml).findings.map(({ code, at, suggestion }) =>
    `${at.line}:${at.column} ${code} ${suggestion ?? ''}`.trim(),
  );

test('components with and without options', () => {
  const { pipeline, findings } = compile(
    'pipeline: legacy\nsteps:\n  - decode-charset: { charset: windows-1252 }\n  - csv-disassemble\n  - validate:\n',
  );
  expect(findings).toEqual([]);
  expect(pipeline?.name).toBe('legacy');
  expect(pipeline?.steps.map(({ component, config }) => [component.name, config])).toEqual([
    ['decode-charset', { charset: 'windows-1252' }],
    ['csv-disassemble', {}],
    ['validate', {}],
  ]);
});

test('everything wrong is told, with place and suggestion', () => {
  expect(
    placed(
      'steps:\n  - json-dissasemble\n  - decode-charset: { charset: klingon }\n  - decode-charset: { chraset: utf-8 }\n  - validat: {}\n  - [validate]\n',
    ),
  ).toEqual([
    '1:1 PIPELINE_INVALID',
    '2:5 COMPONENT_UNKNOWN json-disassemble',
    '3:32 CHARSET_UNKNOWN',
    '4:21 COMPONENT_OPTIONS',
    '4:23 COMPONENT_OPTIONS charset',
    '5:5 COMPONENT_UNKNOWN validate',
    '6:5 PIPELINE_INVALID',
  ]);
  expect(compile('pipeline: p\n').pipeline).toBeUndefined();
  expect(placed('pipeline: p\n')).toEqual(['1:1 PIPELINE_INVALID']);
  expect(placed('')).toHaveLength(2);
});
