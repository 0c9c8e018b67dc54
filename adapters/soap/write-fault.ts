/** Writes SOAP faults, 1.1 and 1.2. */
import { NAMESPACE_OF, type QName, type SoapVersion } from './envelope.ts';
import { escapeXml } from './xml-reader.ts';

export interface Fault {
  readonly code: 'Client' | 'Server' | 'VersionMismatch' | 'MustUnderstand';
  /** One sentence for people. */
  readonly reason: string;
  /** The HTTP status, where it is not the one that the code implies. */
  readonly status?: number;
  /** The detail's fields, absent ones left out; or its element as XML. */
  readonly detail?: Readonly<Record<string, string | undefined>> | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** With MustUnderstand: the header blocks that SOAP 1.2 tells the caller of. */
  readonly notUnderstood?: readonly QName[];
  /** A finer code. */
  readonly subcode?: QName;
  /** What operators are told beside it, and callers are not. */
  readonly secretly?: string;
}

const CODES_12 = { Client: 'Sender', Server: 'Receiver' } as const;

/** The namespace of the detail element `fault`. */
export const FAULT_NAMESPACE = 'urn:guildhall';

export const contentTypeOf = (version: SoapVersion) =>
  version === '1.1' ? 'text/xml; charset=utf-8' : 'application/soap+xml; charset=utf-8';

export function statusOf({ code, status }: Fault, version: SoapVersion): number {
  return status ?? (version === '1.2' && code === 'Client' ? 400 : 500);
}

/** `blocks`: further header blocks, one after the other. */
export function writeFault(fault: Fault, version: SoapVersion, blocks = ''): string {
  const body = version === '1.1' ? faultIn11(fault) : faultIn12(fault);
  const namespace = NAMESPACE_OF[version];
  const inside = (version === '1.2' ? notUnderstoodIn(fault) : '') + blocks;
  const header = inside === '' ? '' : `<soap:Header>${inside}</soap:Header>`;
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="${namespace}">${header}<soap:Body>${body}</soap:Body></soap:Envelope>`;
}

function faultIn11({ code, reason, detail, subcode }: Fault): string {
  const faultcode = subcode ? coded('faultcode', subcode) : `<faultcode>soap:${code}</faultcode>`;
  const told = detail ? `<detail>${detailOf(detail)}</detail>` : '';
  return `<soap:Fault>${faultcode}<faultstring>${escapeXml(reason)}</faultstring>${told}</soap:Fault>`;
}

function faultIn12({ code, reason, detail, subcode }: Fault): string {
  const value = code === 'Client' || code === 'Server' ? CODES_12[code] : code;
  const finer = subcode ? `<soap:Subcode>${coded('soap:Value', subcode)}</soap:Subcode>` : '';
  const told = detail ? `<soap:Detail>${detailOf(detail)}</soap:Detail>` : '';
  return (
    `<soap:Fault><soap:Code><soap:Value>soap:${value}</soap:Value>${finer}</soap:Code>` +
    `<soap:Reason><soap:Text xml:lang="en">${escapeXml(reason)}</soap:Text></soap:Reason>${told}</soap:Fault>`
  );
}

const coded = (element: string, { uri, local }: QName) =>
  `<${element} xmlns:c="${escapeXml(uri)}">c:${local}</${element}>`;

function notUnderstoodIn({ notUnderstood = [] }: Fault): string {
  const blocks = notUnderstood.map(({ uri, local }) => {
    const [declared, name] = uri === '' ? ['', local] : [` xmlns:b="${escapeXml(uri)}"`, `b:${local}`];
    return `<soap:NotUnderstood qname="${name}"${declared}/>`;
  });
  return blocks.join('');
}

function detailOf(detail: NonNullable<Fault['detail']>): string {
  if (typeof detail === 'string') return detail;
  const fields = Object.entries(detail).map(([name, value]) =>
    value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`,
  );
  return `<fault xmlns="${FAULT_NAMESPACE}">${fields.join('')}</fault>`;
}
