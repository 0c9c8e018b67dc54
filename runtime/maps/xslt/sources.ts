/** What a stylesheet is given: the source as XML; several in one document, as BizTalk's mapper lays them. */
import type { CompiledSchema } from '../../contracts/schema.ts';

/** The namespace of the root that BizTalk puts around several sources. */
export const AGGREGATE = 'http://schemas.microsoft.com/BizTalk/2003/aggschema';

/** Throws BusError kind `message` where a document cannot be written. */
export function inputOf(forms: readonly CompiledSchema[], documents: readonly unknown[]): Uint8Array {
  const written = forms.map((form, index) => Buffer.from(form.write(documents[index])));
  if (written.length === 1) return written[0]!;
  const parts = written.map((bytes, index) => {
    const inner = bytes.toString('utf8').replace(/^\uFEFF?<\?xml[^>]*\?>\s*/, '');
    return `<InputMessagePart_${index}>${inner}</InputMessagePart_${index}>`;
  });
  return Buffer.from(`<ns0:Root xmlns:ns0="${AGGREGATE}">${parts.join('')}</ns0:Root>`);
}
