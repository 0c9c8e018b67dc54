/** The reference solution as the chaos runs it: a copy with addresses behind proxies, quick retries, and a port that keeps order. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { writeEnvironment } from '../town/environment.ts';
import { copySolution } from '../town/solution.ts';
import type { Broker, Town } from '../town/town.ts';

export interface Addresses {
  readonly store: string;
  readonly redis: string;
  readonly broker: Broker;
  /** Of the legacy systems, as the bus reaches them. */
  readonly systems: Town['addresses'];
  readonly hosts: Readonly<Record<string, { readonly http: string; readonly admin: string }>>;
}

export interface ChaosSolution {
  readonly folder: string;
  /** The path of its file. */
  readonly environment: string;
  /** Changes it, so that the next host to start brings out a new version. */
  change(): void;
}

/** Outages of these are outlasted; the gazetteer keeps its few attempts, so that some reports are suspended. */
const PATIENT = { attempts: 500, first: '200ms', factor: 2, max: '2s' };

/** Surveys of grade B, which nobody else takes. */
const LOG = {
  application: 'survey-log',
  description: 'What volunteers see, street by street, in the order in which they saw it.',
  sendPorts: {
    'survey-log': {
      transport: 'rest',
      method: 'POST',
      url: 'http://127.0.0.1:9103/cases',
      pipeline: 'json-send',
      maps: ['survey-to-case'],
      filter: 'message.type == "litter-survey" && survey.grade == "B"',
      order: { by: 'survey.usrn', onFailure: 'stop' },
      timeout: '5s',
      retry: PATIENT,
    },
  },
};

export function writeChaosSolution(town: Town, addresses: Addresses): ChaosSolution {
  const folder = copySolution(join(town.folder, 'solution'));
  const log = join(folder, 'config', 'applications', 'survey-log.yaml');
  const write = (description: string) => writeFileSync(log, stringify({ ...LOG, description }));
  write(LOG.description);
  promoteStreet(join(folder, 'schemas', 'litter-survey.message.yaml'));
  let version = 0;
  return {
    folder,
    environment: environmentFor(town, addresses),
    change: () => {
      version += 1;
      write(`${LOG.description} (${version})`);
    },
  };
}

function promoteStreet(path: string): void {
  const message = parse(readFileSync(path, 'utf8')) as { promote: Record<string, string> };
  writeFileSync(path, stringify({ ...message, promote: { ...message.promote, 'survey.usrn': 'usrn' } }));
}

function environmentFor(town: Town, { store, redis, broker, systems, hosts }: Addresses): string {
  const [first] = Object.values(hosts);
  const path = writeEnvironment({ ...town, addresses: systems }, broker, first!);
  const written = parse(readFileSync(path, 'utf8')) as {
    bus: object;
    sendPorts: Record<string, object>;
  };
  const listen = (address: string) => ({ address });
  const named = Object.entries(hosts).map(([name, { http, admin }]) => {
    return [name, { http: listen(http), admin: listen(admin) }];
  });
  const bus = { ...written.bus, store, limits: { redis, fallback: 'share' }, hosts: Object.fromEntries(named) };
  const { works, county, gazetteer, ...ports } = written.sendPorts;
  const acknowledgements = ports['council-tax-acknowledgements'];
  const sendPorts = {
    ...ports,
    gazetteer: { ...gazetteer, timeout: '3s' },
    works: { ...works, retry: PATIENT },
    'contact-centre': { ...ports['contact-centre'], timeout: '5s', retry: PATIENT },
    // The name tells the message, which is the idempotency key of a file.
    county: { ...county, fileName: '{county.reference}~{message.id}.json', retry: PATIENT },
    'council-tax-acknowledgements': { ...acknowledgements, retry: PATIENT },
    'survey-log': { url: `${systems['contact-centre']}/cases` },
  };
  writeFileSync(path, stringify({ ...written, bus, sendPorts }));
  return path;
}
