/**
 * W4: an orchestration. A document by HTTP POST starts an instance, which makes three requests to a far end, one after the other, and
 * answers; its state is durable before and after each. Beside it a state machine by hand with the same durability.
 */
import { fileURLToPath } from 'node:url';
import { startBus } from './bus-process.ts';
import { startChild } from './child.ts';
import { compare } from './compare.ts';
import { httpLoad, type Taker } from './http-load.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace, type Place } from './place.ts';

export function w4(options: Options): Promise<Measured> {
  return inPlace(options.store, (place) =>
    compare(
      {
        item: 'w4',
        limit: () => httpLoad(options.seconds, (sink) => startByHand(place, sink)),
        subject: () => httpLoad(options.seconds, (sink) => startOne(place, sink)),
      },
      options,
    ),
  );
}

async function startByHand(place: Place, sink: string): Promise<Taker> {
  const store = place.store === 'postgres' ? await place.database() : place.file('db');
  const child = startChild(fileURLToPath(new URL('limit-w4.ts', import.meta.url)), [store, sink]);
  const { http } = await child.next<{ http: string }>();
  return { children: [child], urls: [http] };
}

async function startOne(place: Place, sink: string): Promise<Taker> {
  const ports = ['first', 'second', 'third'].map(
    (name) => `  ${name}: { url: "${sink}/${name === 'third' ? 'last' : 'step'}" }\n`,
  );
  const environment = `sendPorts:\n${ports.join('')}`;
  const { child, http } = await startBus({
    solution: 'w4',
    folder: place.folder,
    store: await place.address(),
    environment,
  });
  return { children: [child], urls: [`${http}/in`] };
}
