/** `guildhall messages list|show`: what is on record. */

import { InvalidArgumentError } from 'commander';
import type { TrackingEvent } from '../../contracts/events.ts';
import type { DeliveryRecord } from '../../contracts/inspection.ts';
import { adminOf, type BusOptions, listLimit, withBusOptions } from '../bus-options.ts';
import { EXIT } from '../exit.ts';
import { table, WHOLE } from '../table.ts';
import type { Verb } from '../verb.ts';

interface Summary {
  readonly id: string;
  readonly type: string | null;
  readonly at: string;
  readonly size: number;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

interface Shown extends Summary {
  readonly interchange: string;
  readonly body: {
    readonly contentType: string;
    readonly text?: string;
    readonly base64?: string;
    readonly cut: boolean;
  };
  readonly deliveries: readonly DeliveryRecord[];
  readonly history: readonly TrackingEvent[];
}

interface ListOptions extends BusOptions {
  readonly type?: string;
  readonly port?: string;
  readonly property?: readonly [name: string, value: string];
  readonly before?: string;
  readonly limit: number;
}

export const messages: Verb = {
  add(program, io, finish) {
    const group = program.command('messages').description('look at the messages on record');
    withBusOptions(group.command('list').description('newest first'))
      .option('-t, --type <type>', 'only of this message type')
      .option('-p, --port <name>', 'only those that came through this receive port')
      .option('--property <name=value>', 'only those with this promoted property', nameAndValue)
      .option('--before <id>', 'only those older than this message')
      .option('-n, --limit <count>', 'at most so many', listLimit, 50)
      .action(
        finish(async (options: ListOptions) => {
          const { type, port, before, limit } = options;
          const [property, value] = options.property ?? [];
          const query = { type, port, before, limit, property, value };
          const found = await adminOf(options, io).get<{ messages: Summary[] }>('/messages', query);
          io.out(options.json ? JSON.stringify(found) : listed(found.messages));
          return EXIT.ok;
        }),
      );
    withBusOptions(
      group.command('show <message>').description('one message: properties, body, deliveries, history'),
    ).action(
      finish(async (id: string, options: BusOptions) => {
        const found = await adminOf(options, io).get<Shown>(`/messages/${encodeURIComponent(id)}`);
        io.out(options.json ? JSON.stringify(found) : described(found));
        return EXIT.ok;
      }),
    );
  },
};

function nameAndValue(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value, such as report.id=A-1.');
  return [text.slice(0, at), text.slice(at + 1)];
}

function listed(found: readonly Summary[]): string {
  if (found.length === 0) return 'No messages.';
  const rows = found.map(({ id, type, at, size, properties }) => {
    return { id, at, type: type ?? '(raw)', port: String(properties['bus.receivePort'] ?? ''), bytes: size };
  });
  return table(rows, ['id', 'at', 'type', 'port', 'bytes']);
}

function described({ id, type, at, interchange, properties, body, deliveries, history }: Shown): string {
  const context = Object.entries(properties).map(([property, value]) => ({ property, value: String(value) }));
  const sections = [
    `${type ?? '(raw)'} ${id}\nreceived ${at}, interchange ${interchange}`,
    table(context, ['property', 'value']),
    `${body.contentType}${body.cut ? ' (cut)' : ''}\n${body.text ?? body.base64}`,
    deliveries.length > 0
      ? table(deliveries, ['id', 'subscriber', 'state', 'attempt', 'code', 'reason'], WHOLE)
      : 'No deliveries.',
    table(
      history.map((event) => ({
        at: new Date(event.at).toISOString(),
        event: event.name,
        port: event.port ?? '',
        data: JSON.stringify(event.data),
      })),
      ['at', 'event', 'port', 'data'],
      WHOLE,
    ),
  ];
  return sections.join('\n\n');
}
