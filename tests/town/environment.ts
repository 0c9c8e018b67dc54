/** Writes an environment like config/environments/demo.yaml, with the addresses that the town has taken. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { solution } from './solution.ts';
import type { Broker, Town } from './town.ts';

export interface Listeners {
  readonly http: string;
  readonly admin: string;
}

type Section = Record<string, Record<string, unknown>>;

/** The path of the file, in the town's folder. */
export function writeEnvironment(town: Town, broker: Broker | undefined, listeners: Listeners): string {
  const name = broker ? 'demo' : 'demo-without-rabbitmq';
  const base = parse(readFileSync(join(solution, 'config', 'environments', `${name}.yaml`), 'utf8')) as {
    locations: Section;
    sendPorts: Section;
  };
  const { addresses, folders } = town;
  const bus = {
    store: `sqlite:${join(town.folder, 'guildhall.db')}`,
    http: { address: listeners.http },
    admin: { address: listeners.admin },
  };
  const locations = laidOver(base.locations, {
    'street-reports/mobile': broker ? { url: broker.url, queue: broker.queue } : { folder: folders.mobile },
    'council-tax-changes/nightly': { folder: folders['council-tax-out'], archive: folders['council-tax-taken'] },
  });
  const sendPorts = laidOver(base.sendPorts, {
    gazetteer: { url: `${addresses.gazetteer}/streets/{street.usrn}` },
    works: { url: addresses.works },
    'contact-centre': { url: `${addresses['contact-centre']}/cases` },
    county: { folder: folders.county },
    'council-tax-acknowledgements': { folder: folders['council-tax-in'] },
  });
  const path = join(town.folder, `${name}.yaml`);
  writeFileSync(path, stringify({ ...base, bus, locations, sendPorts }));
  return path;
}

function laidOver(base: Section, over: Section): Section {
  return Object.fromEntries(Object.entries(base).map(([key, value]) => [key, { ...value, ...over[key] }]));
}
