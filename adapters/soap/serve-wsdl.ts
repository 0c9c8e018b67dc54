/** The WSDL as callers may fetch it: with our own address in it, and every file that it imports served next to it. */

import type { Reference, WsdlFile } from './wsdl-files.ts';
import { escapeXml } from './xml-reader.ts';

/**
 * The text for a query such as `wsdl` or `xsd=2`; undefined when it asks for nothing of the kind. `url` is where the service is
 * reached from outside.
 */
export function wsdlFor(query: string, files: readonly WsdlFile[], url: string): string | undefined {
  const match = /^(wsdl|xsd=(\d{1,4}))$/i.exec(query);
  const file = match && files[Number(match[2] ?? 0)];
  return file ? rewritten(file, files, url) : undefined;
}

function rewritten({ text, references }: WsdlFile, files: readonly WsdlFile[], url: string): string {
  let result = '';
  let done = 0;
  for (const reference of references) {
    const target = targetOf(reference, files, url);
    if (target === undefined) continue;
    const tag = text.slice(reference.start, reference.end);
    result += text.slice(done, reference.start) + withAttribute(tag, reference.attribute, target);
    done = reference.end;
  }
  return result + text.slice(done);
}

function targetOf({ address, file }: Reference, files: readonly WsdlFile[], url: string): string | undefined {
  if (address) return url;
  const index = files.findIndex(({ path }) => path === file);
  return index < 0 ? undefined : `${url}?xsd=${index}`;
}

const withAttribute = (tag: string, name: string, value: string) =>
  tag.replace(
    new RegExp(`(\\s${name}\\s*=\\s*)("[^"]*"|'[^']*')`),
    (_, before: string) => `${before}"${escapeXml(value)}"`,
  );
