/** Checks that locations which ask callers for certificates are served by a listener that does. */
import type { Finding } from '../../contracts/finding.ts';
import { finding } from '../../errors/finding.ts';
import type { BusConfig } from '../bus-config.ts';
import type { Model } from '../model.ts';
import { at } from '../plain.ts';

export function checkCallers({ ports }: Model, { http }: BusConfig): Finding[] {
  if (http.tls?.clients !== undefined) return [];
  const path = ['access', 'certificate'];
  const locations = ports.allReceive.flatMap((port) => port.locations);
  return locations
    .filter(({ options }) => at(options.value, path) !== undefined)
    .map(({ options }) => finding('CERTIFICATES_UNASKED', options.locate(path, 'key')));
}
