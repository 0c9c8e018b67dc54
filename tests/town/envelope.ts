/** SOAP 1.1 envelopes as an old system reads and writes them: the body's first element, its children in order. */
import { SaxesParser } from 'saxes';

export interface Element {
  readonly name: string;
  readonly uri: string;
  readonly children: Element[];
  text: string;
}

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** The first element of the SOAP body. Throws Error when it is no envelope. */
export function readEnvelope(xml: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const root: Element = { name: '', uri: '', children: [], text: '' };
  const open = [root];
  parser.on('opentag', ({ local, uri }) => {
    const element: Element = { name: local, uri, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  const envelope = root.children[0];
  const body = envelope?.uri === ENVELOPE ? childOf(envelope, 'Body') : undefined;
  const first = body?.children[0];
  if (!first) throw new Error('This is not a SOAP 1.1 envelope with a body.');
  return first;
}

export const childOf = (element: Element, name: string) => element.children.find((child) => child.name === name);
export const textOf = (element: Element, name: string) => childOf(element, name)?.text;

export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<soap:Envelope xmlns:soap="${ENVELOPE}"><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

export const fault = (code: 'Client' | 'Server', text: string, detail = '') =>
  envelope(
    `<soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${escaped(text)}</faultstring>${
      detail && `<detail>${detail}</detail>`
    }</soap:Fault>`,
  );

/** An element with children in the order given; absent ones are left out. */
export function element(name: string, namespace: string, values: Readonly<Record<string, string | undefined>>): string {
  const children = Object.entries(values).map(([child, value]) =>
    value === undefined ? '' : `<${child}>${escaped(value)}</${child}>`,
  );
  return `<${name} xmlns="${namespace}">${children.join('')}</${name}>`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
