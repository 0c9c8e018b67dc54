/** docs/errors.md: every error code with its kind, text and help, out of the catalog. */
import { catalog } from '../errors/catalog.ts';

const KINDS = {
  config: 'refuses to start or to go on',
  message: 'suspends the message',
  transient: 'is tried again as the port says',
  bug: 'stops that service; the log says more',
} as const;

export function errorReference(): string {
  const entries = Object.entries(catalog).sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = entries.map(
    ([code, { kind, text, help }]) => `### \`${code}\`\n\n${kind}: ${KINDS[kind]}.\n\n> ${text}\n\n${help}\n`,
  );
  return `# Error codes\n\nGenerated from the catalog by \`npm run generate\`. Words in braces are filled in.
What to do about the store, hosts, clocks and Redis, by code: [the runbook](runbook.md#find-the-page-by-what-you-see).\n\n${sections.join('\n')}`;
}
