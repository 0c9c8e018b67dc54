/** config/environments/*.yaml: what is different in one place of use: addresses, counts, stores, names of secrets. */
import { busSettings } from './bus.ts';
import type { FileKind } from './kind.ts';
import { closed, mapping, name } from './parts.ts';

const overrides = (description: string) => ({
  type: 'object',
  description,
  additionalProperties: { type: 'object', description: 'Options that replace those of the application' },
});

export const environment: FileKind = {
  name: 'environment',
  what: 'an environment',
  pattern: /^config\/environments\/.+\.yaml$/,
  place: 'config/environments/*.yaml',
  naming: 'environment',
  schema: closed(
    'An environment: what is different there',
    {
      environment: name('the environment'),
      description: { type: 'string', description: 'What the environment is for' },
      bus: closed('Overrides of config/bus.yaml', busSettings),
      locations: overrides(
        'Overrides by <receive port>/<location>; a new transport replaces all options of the old one',
      ),
      sendPorts: mapping('Overrides by send port; a new transport replaces all options of the old one', {
        type: 'object',
        description: 'Options that replace those of the application',
      }),
    },
    ['environment'],
  ),
};
