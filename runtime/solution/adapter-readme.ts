/** The reference page of an adapter, from its own declarations: options, defaults, examples. Deterministic. */
import { stringify } from 'yaml';
import type { Adapter, AdapterExample, JsonSchema } from '../contracts/adapter.ts';

export function adapterReadme(adapter: Adapter): string {
  const parts = [
    `# ${adapter.name}`,
    adapter.summary,
    '<!-- Made from adapter.ts by "npm run generate"; change it there. -->',
    `In config/applications/ it is written \`transport: ${adapter.name}\`. Every path is relative to the solution's folder;\na secret is written \`{ secret: NAME }\`.`,
    ...options('Options of a receive location', adapter.receiveConfig),
    ...options('Options of a send port', adapter.sendConfig),
    ...(adapter.examples.length > 0
      ? ['## Examples', ...adapter.examples.map((example) => exampleOf(adapter, example))]
      : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function options(title: string, schema: JsonSchema | undefined): string[] {
  if (!schema) return [];
  const rows = rowsOf(schema, '');
  if (rows.length === 0) return [`## ${title}`, 'None.'];
  const head = ['| option | type | default | meaning |', '| --- | --- | --- | --- |'];
  return [`## ${title}`, [...head, ...rows].join('\n')];
}

function rowsOf(schema: JsonSchema, prefix: string): string[] {
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).flatMap(([name, option]) => {
    const standard =
      'default' in option ? `\`${JSON.stringify(option['default'])}\`` : required.includes(name) ? 'required' : '';
    const cells = [`\`${prefix}${name}\``, typeOf(option), standard, String(option['description'] ?? '')];
    const inner = isSecret(option)
      ? []
      : [...rowsOf(option, `${prefix}${name}.`), ...kindsOf(option, `${prefix}${name}.`)];
    return [`| ${cells.map(cell).join(' | ')} |`, ...inner];
  });
}

/** Where an option is one of several kinds that `type` tells apart: the options of each, after its name. */
function kindsOf(schema: JsonSchema, prefix: string): string[] {
  const kinds = (schema['oneOf'] ?? []) as readonly JsonSchema[];
  return kinds.flatMap((kind) => {
    const { type, ...properties } = (kind['properties'] ?? {}) as Record<string, JsonSchema>;
    const name = type?.['const'];
    return name === undefined ? [] : rowsOf({ ...kind, properties }, `${name}: ${prefix}`);
  });
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const isSecret = (option: JsonSchema) => 'secret' in ((option['properties'] ?? {}) as object);

function typeOf(option: JsonSchema): string {
  if (isSecret(option)) return 'secret';
  if (Array.isArray(option['enum'])) return option['enum'].map((value) => `\`${value}\``).join(' or ');
  if ('const' in option) return `\`${option['const']}\``;
  const choices = (option['anyOf'] ?? option['oneOf']) as readonly JsonSchema[] | undefined;
  if (choices) return [...new Set(choices.map(typeOf))].join(' or ');
  if (option['type'] === 'array') return `list of ${typeOf((option['items'] ?? {}) as JsonSchema)}`;
  if (option['format'] === 'solution-path') return 'path';
  return [option['type'] ?? 'any'].flat().join(' or ');
}

function exampleOf(adapter: Adapter, { title, direction, config }: AdapterExample): string {
  const text = stringify({ transport: adapter.name, ...(config as object) }).trimEnd();
  return `${title} (${direction === 'receive' ? 'receive location' : 'send port'}):\n\n\`\`\`yaml\n${text}\n\`\`\``;
}
