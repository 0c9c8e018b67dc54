/** GET /messages, /messages/:id, /messages/:id/body, /messages/:id/explain. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Response, type Router, Router as router } from 'express';
import type { MessageRecord } from '../../contracts/inspection.ts';
import type { Part } from '../../contracts/message.ts';
import { subscriberOf } from '../../contracts/properties.ts';
import { busError } from '../../errors/bus-error.ts';
import { explain } from '../../message-box/explain.ts';
import type { AdminContext } from '../context.ts';
import { limitParameter, textParameters } from '../query.ts';
import { bodyOf, summaryOf } from '../view.ts';

export function messageRoutes({ box }: AdminContext): Router {
  const { inspection } = box;

  async function find(id: string): Promise<MessageRecord> {
    const record = await inspection.message(id);
    if (!record) throw busError('NOT_FOUND', { what: 'message', id });
    return record;
  }

  return router()
    .get('/messages', async (request, response) => {
      const { type, port, before, property, value } = textParameters(
        request,
        'type',
        'port',
        'before',
        'property',
        'value',
      );
      const found = await inspection.messages({
        limit: limitParameter(request),
        ...(type ? { type } : {}),
        ...(port ? { receivePort: port } : {}),
        ...(before ? { before } : {}),
        ...(property ? { property: { name: property, value: value ?? '' } } : {}),
      });
      response.json({ messages: found.map(({ message, at }) => summaryOf(message, at)) });
    })
    .get('/messages/:id', async (request, response) => {
      const { message, at, deliveries, history } = await find(request.params.id);
      response.json({ ...summaryOf(message, at), body: await bodyOf(message), deliveries, history });
    })
    .get('/messages/:id/body', async (request, response) => {
      const { message } = await find(request.params.id);
      await sendBody(message.parts[0], response);
    })
    .get('/messages/:id/explain', async (request, response) => {
      const { message, at, deliveries } = await find(request.params.id);
      const { matched, nearest } = explain(await inspection.subscriptions(), message.context);
      const unrouted = deliveries.some(({ subscriber }) => subscriber === subscriberOf.unrouted);
      response.json({ ...summaryOf(message, at), unrouted, deliveries, matched, nearest });
    });
}

/** What keeps the first bytes from being read is told as an error; what comes later cuts the answer short. */
async function sendBody(part: Part, response: Response): Promise<void> {
  const chunks = part.open()[Symbol.asyncIterator]();
  const first = await chunks.next();
  response.setHeader('Content-Type', part.contentType);
  await pipeline(Readable.from(following(first, chunks), { objectMode: false }), response);
}

async function* following(first: IteratorResult<Uint8Array>, chunks: AsyncIterator<Uint8Array>) {
  for (let next = first; !next.done; next = await chunks.next()) yield next.value;
}
