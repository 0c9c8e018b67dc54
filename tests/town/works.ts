/**
 * The street works system: SOAP 1.1, with the habits of its kind (works-service.ts). It pushes updates of its enquiries, and is
 * down when told to be.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openJournal } from './journal.ts';
import { bodyOf, listen, runSystem, type System } from './system.ts';
import { openBook } from './works-book.ts';
import { createService } from './works-service.ts';
import { createPusher } from './works-updates.ts';

interface Options {
  /** Where its book is kept; without it the book is forgotten at the end. */
  readonly book?: string;
  /** Where calls are noted before they are answered, and updates once they were accepted. */
  readonly journal?: string;
  readonly port?: number;
  /** References that an agent keyed in before. */
  readonly byPhone?: readonly string[];
  /** Milliseconds between an answer and the first update, and between two updates. */
  readonly updatesAfter?: number;
  /** How long a slow answer takes, in ms. */
  readonly slow?: number;
}

async function open(options: Options): Promise<System> {
  const { book: path, byPhone = [], updatesAfter = 400, slow = 900, port } = options;
  const book = openBook(path);
  const note = openJournal(options.journal);
  const service = createService(book, slow);
  const pusher = createPusher(updatesAfter, ({ reference, updates }) => {
    note({ operation: 'update', reference, sequence: updates });
    book.keep();
  });
  const count = { calls: 0, whileDown: 0 };
  let downUntil = 0;
  for (const reference of byPhone) if (!book.find(reference)) book.raise(reference, true);
  for (const entry of book.entries()) if (entry.followed) pusher.begin(entry);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (Date.now() < downUntil) {
      count.whileDown += 1;
      request.socket.destroy();
      return;
    }
    count.calls += 1;
    const { status, body, lost, follow, call } = await service.answer(await bodyOf(request));
    if (follow) follow.followed = true;
    book.keep();
    note({ ...call, key: request.headers['idempotency-key'] });
    if (lost) {
      request.socket.destroy();
    } else {
      response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' });
      response.end(body);
    }
    if (follow) pusher.begin(follow);
  }

  const { address } = await listen(serve, port);
  return {
    address: `${address}/works`,
    account: () => ({ ...count, ...service.count, enquiries: book.entries() }),
    control: ({ down, downFor, callback }) => {
      if (typeof callback === 'string') pusher.callback = callback;
      if (down !== undefined) downUntil = down ? Number.POSITIVE_INFINITY : 0;
      if (downFor !== undefined) downUntil = Date.now() + Number(downFor);
    },
    stop: pusher.stop,
  };
}

await runSystem(open);
