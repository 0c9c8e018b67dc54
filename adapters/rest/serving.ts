/** The loop of a location that serves requests: stopping answers everyone who waits, and cuts those who still send. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Incoming, ReceiveLocation, Submit } from '../../runtime/contracts/adapter.ts';
import type { Refused } from '../shared/access/verdict.ts';
import { type Answering, answer, answerNotKept } from './answer.ts';
import type { Refusal } from './read-request.ts';

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Never rejects. */
export type Take = (
  request: IncomingMessage,
  response: ServerResponse,
  submit: Submit,
  signal: AbortSignal,
) => Promise<void>;

/** `mount` begins to give requests to what it is handed, and returns what ends that. */
export function serving(mount: (serve: Serve) => () => void, take: Take): ReceiveLocation {
  async function run(submit: Submit, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const underWay = new Map<IncomingMessage, Promise<void>>();
    const unmount = mount((request, response) => {
      const work = take(request, response, submit, signal).finally(() => underWay.delete(request));
      underWay.set(request, work);
    });
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    unmount();
    for (const request of underWay.keys()) if (!request.complete) request.destroy();
    await Promise.all(underWay.values());
  }

  return { run };
}

export async function hand(incoming: Incoming, answering: Answering, submit: Submit): Promise<void> {
  try {
    const [submission] = await submit([incoming], answering.signal);
    await answer(answering, submission!);
  } catch (thrown) {
    if (answering.response.headersSent) answering.response.destroy();
    else answerNotKept(answering, thrown);
  }
}

export const refusalOf = ({ status, code, reason, headers }: Refused): Refusal => ({
  status,
  code,
  detail: reason,
  headers,
});
