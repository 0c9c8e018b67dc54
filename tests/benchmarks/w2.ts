/**
 * W2: 2 KB of XML by HTTP POST: parsed, validated, mapped (25 fields, 10 lines, dates, a sum) and routed by its content to one of
 * three far ends; the bus accepts after the commit. Beside it a program by hand that keeps nothing.
 */
import { fileURLToPath } from 'node:url';
import { startBus } from './bus-process.ts';
import { startChild } from './child.ts';
import { compare } from './compare.ts';
import { httpLoad, type Taker } from './http-load.ts';
import type { Measured } from './measured.ts';
import type { Options } from './options.ts';
import { inPlace, type Place } from './place.ts';

const DEPARTMENTS = ['highways', 'housing', 'parks'];

export function w2(options: Options): Promise<Measured> {
  return inPlace(options.store, (place) =>
    compare(
      {
        item: 'w2',
        limit: () => httpLoad(options.seconds, startByHand, 'order'),
        subject: () => httpLoad(options.seconds, (sink) => startOne(place, sink), 'order'),
      },
      options,
    ),
  );
}

async function startByHand(sink: string): Promise<Taker> {
  const child = startChild(fileURLToPath(new URL('limit-w2.ts', import.meta.url)), [sink]);
  const { http } = await child.next<{ http: string }>();
  return { children: [child], urls: [http] };
}

async function startOne(place: Place, sink: string): Promise<Taker> {
  const ports = DEPARTMENTS.map((name) => `  ${name}: { url: "${sink}/${name}" }\n`);
  const environment = `sendPorts:\n${ports.join('')}`;
  const store = await place.address();
  const { child, http } = await startBus({ solution: 'w2', folder: place.folder, store, environment });
  return { children: [child], urls: [`${http}/in`] };
}
