import { partOf } from '../../../../runtime/contracts/message.ts';
import type { PipelineComponent } from '../../../../runtime/contracts/pipeline.ts';
import { decodeCharset } from '../../../../runtime/pipelines/components/decode-charset.ts';
import { failure, messageOf, run } from '../runs.ts';

const decode = (charset: string) => ({
  name: 'p',
  steps: [{ component: decodeCharset as PipelineComponent, config: { charset } }],
});

test('legacy text becomes UTF-8, and its content type says so', async () => {
  const body = partOf(Uint8Array.of(0x80, 0xe9), 'text/csv; charset=windows-1252', 'file');
  const [message] = await run(decode('windows-1252'), messageOf(body));
  expect(message!.parts[0]).toMatchObject({ name: 'file', contentType: 'text/csv; charset=utf-8' });
  expect(Buffer.from(message!.parts[0].bytes!).toString()).toBe('€é');
});

test('bytes that are not of the charset are refused', async () => {
  expect(await failure(run(decode('utf-8'), messageOf(Uint8Array.of(0xff))))).toMatchObject({
    code: 'TEXT_NOT_DECODABLE',
    kind: 'message',
  });
});
