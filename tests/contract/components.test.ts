/** Every pipeline component keeps the component contract. */
import { components } from '../../runtime/pipelines/components/index.ts';
import { componentContract } from '../../runtime/testing/component-contract.ts';

const CONFIGS: Readonly<Record<string, unknown>> = {
  archive: { folder: 'archive' },
  'decode-charset': { charset: 'windows-1252' },
  demote: { fields: { id: 'origin' } },
  'idempotency-key': { of: '{origin}' },
  'pgp-decrypt': { key: { secret: 'KEY' } },
  'pgp-encrypt': { to: { secret: 'KEY' } },
  promote: { properties: { 'file.name': 'bus.sourceName' } },
  'resolve-party': { by: ['origin'], guest: 'guest' },
  'smime-decode': { key: { secret: 'KEY' } },
  'smime-encode': { to: { secret: 'KEY' } },
  redact: { fields: ['id'] },
};

const JOINING = ['mime-assemble'];

for (const component of components)
  componentContract(component, { config: CONFIGS[component.name] ?? {}, joins: JOINING.includes(component.name) });

test('component names are unique', () => {
  const names = components.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
