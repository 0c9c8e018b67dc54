/** W1: 1 KB JSON by HTTP POST, accepted after the commit, delivered by HTTP POST to a sink; 64 connections. */
import { fileURLToPath } from 'node:url';
import { startBus } from './bus-process.ts';
import { type Child, startChild } from './child.ts';
import { compare } from './compare.ts';
import { httpLoad, type Taker } from './http-load.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace, type Place } from './place.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** By which client the limit on SQLite forwards: undici, which is the faster, or node:http. */
export type LimitClient = 'undici' | 'node';

/** Every round has a store of its own. */
export function w1(item: string, client: LimitClient, options: Options): Promise<Measured> {
  return inPlace(options.store, (place) =>
    compare(
      {
        item,
        limit: () => httpLoad(options.seconds, (sink) => startLimit(place, sink, client)),
        subject: () => httpLoad(options.seconds, (sink) => startOne(place, sink)),
      },
      options,
    ),
  );
}

async function startLimit(place: Place, sink: string, client: LimitClient): Promise<Taker> {
  const child = await limitChild(place, sink, client);
  const { http } = await child.next<{ http: string }>();
  return { children: [child], urls: [http] };
}

async function limitChild(place: Place, sink: string, client: LimitClient): Promise<Child> {
  if (place.store === 'postgres') return startChild(here('limit-w1-postgres.ts'), [await place.database(), sink]);
  return startChild(here('limit-w1.ts'), [place.subfolder(), sink, client]);
}

async function startOne(place: Place, sink: string): Promise<Taker> {
  const environment = sendingTo(sink);
  const { child, http } = await startBus({
    solution: 'w1',
    folder: place.folder,
    store: await place.address(),
    environment,
  });
  return { children: [child], urls: [`${http}/in`] };
}

/** YAML of the environment: where the send port of the solution `w1` delivers to. */
export const sendingTo = (sink: string) => `sendPorts: { out: { url: "${sink}" } }\n`;
