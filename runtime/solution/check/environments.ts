/** Checks that environments override what exists, with options that the transports know. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import { keyOf } from '../flows.ts';
import { application } from '../kinds/application.ts';
import { environment } from '../kinds/environment.ts';
import { type LoadedFile, lost, ofKind } from '../load.ts';
import type { Model } from '../model.ts';
import { at, isPlain } from '../plain.ts';
import { portsOf } from '../ports.ts';
import { checkPorts } from './ports.ts';

export function checkEnvironments(model: Model, selected: string | undefined): Finding[] {
  const files = ofKind(model.loaded, environment);
  return [
    ...files.flatMap((file) => unknownTargets(model, file)),
    ...files.filter(({ name }) => name !== selected).flatMap((file) => overridesOf(model, file)),
  ];
}

function unknownTargets(model: Model, { source }: LoadedFile): Finding[] {
  const locations = model.ports.allReceive.flatMap((port) => port.locations.map(keyOf));
  const sendPorts = [...model.ports.send.keys()];
  const unknown = (key: 'locations' | 'sendPorts', known: readonly string[]) => {
    const overrides = at(source.value, [key]);
    return (isPlain(overrides) ? Object.keys(overrides) : [])
      .filter((name) => !known.includes(name))
      .map((name) => {
        const place = source.locate([key, name], 'key');
        const code = key === 'locations' ? 'UNKNOWN_RECEIVE_LOCATION' : 'UNKNOWN_PORT';
        return finding(code, place, { what: 'send port', name }, { unknown: { name, known } });
      });
  };
  if (lost(model.loaded, application)) return [];
  return [...unknown('locations', locations), ...unknown('sendPorts', sendPorts)];
}

/** What the ports would be under the environment; only what the environment's own file says is told here. */
function overridesOf(model: Model, { name, source }: LoadedFile): Finding[] {
  const ports = portsOf(model.loaded, name);
  return checkPorts({ ...model, ports }).filter(({ at: place }) => place.file === source.file);
}
