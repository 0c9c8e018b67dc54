/** All pipeline components, one line each. */
import type { PipelineComponent } from '../../contracts/pipeline.ts';
import { archive } from './archive.ts';
import { assemble } from './assemble.ts';
import { base64Decode } from './base64-decode.ts';
import { base64Encode } from './base64-encode.ts';
import { csvDisassemble } from './csv-disassemble.ts';
import { decodeCharset } from './decode-charset.ts';
import { demote } from './demote.ts';
import { flatDisassemble } from './flat-disassemble.ts';
import { gunzip } from './gunzip.ts';
import { gzip } from './gzip.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { jsonDisassemble } from './json-disassemble.ts';
import { jsonLinesDisassemble } from './json-lines-disassemble.ts';
import { mimeAssemble } from './mime-assemble.ts';
import { mimeDisassemble } from './mime-disassemble.ts';
import { pgpDecrypt } from './pgp-decrypt.ts';
import { pgpEncrypt } from './pgp-encrypt.ts';
import { promote } from './promote.ts';
import { redact } from './redact.ts';
import { resolveParty } from './resolve-party.ts';
import { smimeDecode } from './smime-decode.ts';
import { smimeEncode } from './smime-encode.ts';
import { unzip } from './unzip.ts';
import { validate } from './validate.ts';
import { xmlDisassemble } from './xml-disassemble.ts';
import { zip } from './zip.ts';

export const components: readonly PipelineComponent[] = [
  archive as PipelineComponent,
  assemble,
  base64Decode,
  base64Encode as PipelineComponent,
  csvDisassemble,
  decodeCharset as PipelineComponent,
  demote as PipelineComponent,
  flatDisassemble as PipelineComponent,
  gunzip as PipelineComponent,
  gzip,
  idempotencyKey as PipelineComponent,
  jsonDisassemble,
  jsonLinesDisassemble,
  mimeAssemble as PipelineComponent,
  mimeDisassemble as PipelineComponent,
  pgpDecrypt as PipelineComponent,
  pgpEncrypt as PipelineComponent,
  promote as PipelineComponent,
  redact as PipelineComponent,
  resolveParty as PipelineComponent,
  smimeDecode as PipelineComponent,
  smimeEncode as PipelineComponent,
  unzip as PipelineComponent,
  validate,
  xmlDisassemble,
  zip as PipelineComponent,
];
