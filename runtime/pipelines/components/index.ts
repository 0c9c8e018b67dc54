/** All pipeline components, one line each. */
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { assemble } from './assemble.ts';
import { csvDisassemble } from './csv-disassemble.ts';
import { decodeCharset } from './decode-charset.ts';
import { flatDisassemble } from './flat-disassemble.ts';
import { jsonDisassemble } from './json-disassemble.ts';
import { validate } from './validate.ts';
import { xmlDisassemble } from './xml-disassemble.ts';

export const components: readonly PipelineComponent[] = [
  assemble,
  csvDisassemble,
  decodeCharset as PipelineComponent,
  flatDisassemble as PipelineComponent,
  jsonDisassemble,
  validate,
  xmlDisassemble,
];
