/** The pipelines that every solution has without declaring them. */
import type { Pipeline, PipelineComponent } from '../contracts/pipeline.ts';
import { assemble } from './components/assemble.ts';
import { csvDisassemble } from './components/csv-disassemble.ts';
import { flatDisassemble } from './components/flat-disassemble.ts';
import { jsonDisassemble } from './components/json-disassemble.ts';
import { validate } from './components/validate.ts';
import { xmlDisassemble } from './components/xml-disassemble.ts';

const pipeline = (name: string, ...components: readonly PipelineComponent[]): [string, Pipeline] => [
  name,
  { name, steps: components.map((component) => ({ component, config: {} })) },
];

export const builtInPipelines: ReadonlyMap<string, Pipeline> = new Map([
  pipeline('pass-through'),
  pipeline('json-receive', jsonDisassemble, validate),
  pipeline('json-send', assemble),
  pipeline('xml-receive', xmlDisassemble, validate),
  pipeline('xml-send', assemble),
  pipeline('csv-receive', csvDisassemble, validate),
  pipeline('flat-receive', flatDisassemble as PipelineComponent, validate),
  pipeline('flat-send', assemble),
  pipeline('csv-send', assemble),
]);
