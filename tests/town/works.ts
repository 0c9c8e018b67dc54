/**
 * The street works system: SOAP 1.1, with the habits of its kind (works-service.ts). It pushes updates of its enquiries, and is
 * down when told to be.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, listen, runSystem, type System } from './system.ts';
import { openBook } from './works-book.ts';
import { createService } from './works-service.ts';
import { createPusher } from './works-updates.ts';

interface Options {
  /** Where its book is kept; without it the book is forgotten at the end. */
  readonly book?: string;
  /** References that an agent keyed in before. */
  readonly byPhone?: readonly string[];
  /** Milliseconds between an answer and the first update, and between two updates. */
  readonly updatesAfter?: number;
  /** How long a slow answer takes, in ms. */
  readonly slow?: number;
}

async function open({ book: path, byPhone = [], updatesAfter = 400, slow = 900 }: Options): Promise<System> {
  const book = openBook(path);
  const service = createService(book, slow);
  const pusher = createPusher(updatesAfter, book.keep);
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
    const { status, body, lost, follow } = await service.answer(await bodyOf(request));
    if (follow) follow.followed = true;
    book.keep();
    if (lost) {
      request.socket.destroy();
    } else {
      response.writeHead(status, { 'Content-Type': 'text/xml; charset=utf-8' });
      response.end(body);
    }
    if (follow) pusher.begin(follow);
  }

  const { address } = await listen((request, response) => void serve(request, response));
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
