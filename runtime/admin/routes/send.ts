/** POST /locations/:port/:location: hands a body to a receive location as though it had come in there. */
import express, { type Request, type Router, Router as router } from 'express';
import { bytesOf, partOf } from '../../contracts/message.ts';
import { asBusError } from '../../errors/as-bus-error.ts';
import type { AdminContext } from '../context.ts';

const LIMIT = '64mb';

export function sendRoutes({ host }: AdminContext): Router {
  const body = express.raw({ type: () => true, limit: LIMIT });
  return router().post('/locations/:port{/:location}', body, async (request, response) => {
    const { port, location } = request.params as { port: string; location?: string };
    const [submission] = await host.submit(location ? `${port}/${location}` : port, [incomingOf(request)]);
    const { messageId, outcome, error, response: answer } = submission!;
    const told = error && { code: error.code, reason: error.message, help: error.help };
    response.json({ messageId, outcome, ...(told ? { error: told } : {}), ...(answer ? await answered(answer) : {}) });
  });
}

function incomingOf(request: Request) {
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return { parts: [partOf(bytes, contentType)] as const, context: new Map() };
}

async function answered(answer: NonNullable<Awaited<ReturnType<AdminContext['host']['submit']>>[number]['response']>) {
  try {
    const message = await answer;
    return { response: new TextDecoder().decode(await bytesOf(message.parts[0])) };
  } catch (thrown) {
    const { code, message: reason } = asBusError(thrown, 'send');
    return { responseError: { code, reason } };
  }
}
