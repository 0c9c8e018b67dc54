/** Writes header blocks of WS-Addressing, in either version. */
import { NAMESPACE_OF, type SoapVersion } from '../envelope.ts';
import { escapeXml } from '../xml-reader.ts';
import { ADDRESSING, type AddressingVersion } from './names.ts';

export interface Written {
  readonly action: string;
  readonly messageId: string;
  readonly to?: string | undefined;
  readonly relatesTo?: string | undefined;
  /** An address. */
  readonly replyTo?: string | undefined;
  readonly from?: string | undefined;
}

export interface Writing {
  readonly version: AddressingVersion;
  readonly soap: SoapVersion;
  readonly mustUnderstand?: boolean;
}

export function writeAddressing(fields: Written, { version, soap, mustUnderstand = false }: Writing): string {
  const must = mustUnderstand ? ` xmlns:env="${NAMESPACE_OF[soap]}" env:mustUnderstand="1"` : '';
  const block = (name: string, content: string, attributes = '') =>
    `<wsa:${name} xmlns:wsa="${ADDRESSING[version]}"${attributes}>${content}</wsa:${name}>`;
  const text = (name: string, value: string | undefined, attributes = '') =>
    value === undefined ? '' : block(name, escapeXml(value), attributes);
  const reference = (name: string, address: string | undefined, attributes = '') =>
    address === undefined ? '' : block(name, `<wsa:Address>${escapeXml(address)}</wsa:Address>`, attributes);
  return (
    text('Action', fields.action, must) +
    text('MessageID', fields.messageId) +
    text('RelatesTo', fields.relatesTo) +
    reference('From', fields.from) +
    reference('ReplyTo', fields.replyTo) +
    text('To', fields.to, must)
  );
}
