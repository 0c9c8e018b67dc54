/** A solution as the MessageBox keeps it: content-addressed, so that the same files always have the same hash. */
import { createHash } from 'node:crypto';
import type { Definition } from '../contracts/message-box.ts';
import type { SolutionFiles } from './find.ts';

/** SHA-256 in hex over the files in the order of their paths. */
export function hashOf(files: SolutionFiles): string {
  return createHash('sha256').update(contentOf(files)).digest('hex');
}

/** `name`: what config/bus.yaml calls the bus. */
export function definitionOf(files: SolutionFiles, name: string): Definition {
  const content = contentOf(files);
  return { hash: createHash('sha256').update(content).digest('hex'), name, content };
}

export function filesOf(definition: Definition): SolutionFiles {
  const { files } = JSON.parse(definition.content) as { files: [string, string][] };
  return new Map(files);
}

function contentOf(files: SolutionFiles): string {
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify({ version: 1, files: sorted });
}
