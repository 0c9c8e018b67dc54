/** Where a reference of a contract leads: contracts that were sent by mail have lost their folders, and seldom their neighbours. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reference } from './gather.ts';

/**
 * `at`: the file that the reference stands in; `first`: the contract. What is not where the reference says, or lies on the web while the
 * contract lies on the disk, may lie beside either by its name, or by its namespace. Undefined where the reference leads nowhere.
 */
export function locate({ target, namespace }: Reference, at: URL, first: URL): URL | undefined {
  const address = target === undefined ? undefined : addressOf(target, at);
  if (first.protocol !== 'file:' || (address?.protocol === 'file:' && existsSync(address))) return address;
  const folders = at.protocol === 'file:' ? [at, first] : [first];
  return besideByName(address, folders) ?? besideByNamespace(namespace, folders) ?? address;
}

function addressOf(target: string, at: URL): URL | undefined {
  const address = URL.parse(target, at.href);
  return address && /^(?:file|https?):$/.test(address.protocol) ? address : undefined;
}

function besideByName(address: URL | undefined, folders: readonly URL[]): URL | undefined {
  const name = address && basename(address.pathname);
  if (!name) return undefined;
  return folders.map((folder) => new URL(name, folder)).find((beside) => existsSync(beside));
}

function besideByNamespace(namespace: string | undefined, folders: readonly URL[]): URL | undefined {
  if (namespace === undefined || namespace === '') return undefined;
  for (const folder of folders) {
    const own = new URL('.', folder);
    const names = readdirSync(fileURLToPath(own)).filter((name) => /\.xsd$/i.test(name));
    const found = names
      .sort()
      .find((name) => targetOf(readFileSync(new URL(encodeURIComponent(name), own), 'utf8')) === namespace);
    if (found !== undefined) return new URL(encodeURIComponent(found), own);
  }
  return undefined;
}

const targetOf = (text: string) => /\btargetNamespace\s*=\s*(["'])(.*?)\1/.exec(text)?.[2]?.replaceAll('&amp;', '&');
