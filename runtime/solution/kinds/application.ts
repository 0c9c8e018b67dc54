/** config/applications/*.yaml: ports, and what orchestrations are bound to them. */
import type { JsonSchema } from '../../contracts/adapter.ts';
import type { FileKind } from './kind.ts';
import { closed, mapping, name } from './parts.ts';
import { receivePort, sendPortGroup } from './ports.ts';
import { anyTransport } from './transport-options.ts';

function schemaWith(location: JsonSchema, sendPort: JsonSchema): JsonSchema {
  return closed(
    'An application: ports and bindings that are started, stopped and deployed as one',
    {
      application: name('the application'),
      description: { type: 'string', description: 'What the application is for' },
      receivePorts: mapping(
        'Where messages come in, by name; port names are unique in the solution',
        receivePort(location),
      ),
      sendPorts: mapping('Where messages go out, by name; port names are unique in the solution', sendPort),
      sendPortGroups: mapping('Send ports that get the same messages, by name; unique among the ports', sendPortGroup),
      bindings: mapping(
        'For each orchestration of the application: its ports and the physical ports they stand for',
        mapping(
          'Port of the orchestration: receive port, send port or group',
          name('a receive port, send port or group'),
        ),
      ),
    },
    ['application'],
  );
}

const anyOptions = { type: 'object' };

export const application: FileKind = {
  name: 'application',
  what: 'an application',
  pattern: /^config\/applications\/.+\.yaml$/,
  place: 'config/applications/*.yaml',
  naming: 'application',
  schema: schemaWith(anyOptions, anyOptions), // The options of each transport are checked port by port.
  editorSchema: (adapters) => schemaWith(anyTransport(adapters, 'receive'), anyTransport(adapters, 'send')),
};
