/** Media types and file extensions, for the formats that councils exchange. */
import { extname } from 'node:path';

const BY_EXTENSION: ReadonlyMap<string, string> = new Map([
  ['.json', 'application/json'],
  ['.xml', 'application/xml'],
  ['.csv', 'text/csv'],
  ['.txt', 'text/plain'],
  ['.pdf', 'application/pdf'],
]);

export function mediaTypeOf(fileName: string): string {
  return BY_EXTENSION.get(extname(fileName).toLowerCase()) ?? 'application/octet-stream';
}

/** With its dot; `.bin` for what is not known. */
export function extensionOf(mediaType: string): string {
  const essence = mediaType.split(';')[0]!.trim().toLowerCase();
  if (essence === 'text/xml' || essence.endsWith('+xml')) return '.xml';
  if (essence.endsWith('+json')) return '.json';
  for (const [extension, known] of BY_EXTENSION) if (known === essence) return extension;
  return '.bin';
}
