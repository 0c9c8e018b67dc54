/**
 * One request and its whole answer. Promises: no more of the answer is held than is to be kept, and an abort is heard at once, also
 * while the request waits for a connection: undici's own `request` hears it only when it gets one. It also makes a stream of every
 * answer; `dispatch` tells of the answer as it comes.
 */
import type { Dispatcher } from 'undici';
import { decodeContent } from './content-coding.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Its bytes, or why they are not all there; then the connection is given up. */
  readonly body: Uint8Array | 'too-long' | Error;
}

/** Of an answer with this status, how many bytes are kept at most. */
export type Keep = (status: number) => number;

/** A compressed answer is given plain. Rejects with the signal's reason, or with what became of a connection before the answer began. */
export async function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  keep: Keep,
): Promise<Answer> {
  const answer = await carry(dispatcher, options, signal, keep);
  const encoding = answer.headers['content-encoding'];
  if (encoding === undefined || !(answer.body instanceof Uint8Array)) return answer;
  const body = await decodeContent(answer.body, [encoding].flat().join(','), keep(answer.status));
  return { ...answer, body };
}

function carry(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  keep: Keep,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const handler = createHandler(keep, signal, resolve, reject);
    signal.addEventListener('abort', handler.abort);
    dispatcher.dispatch(options, handler);
  });
}

interface Handler extends Dispatcher.DispatchHandler {
  abort(): void;
}

type Begun = Omit<Answer, 'body'>;

function createHandler(
  keep: Keep,
  signal: AbortSignal,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
): Handler {
  let connection: Dispatcher.DispatchController | undefined;
  let begun: Begun | undefined;
  let chunks: Buffer[] = [];
  let size = 0;
  let ended = false;

  function end(): void {
    ended = true;
    signal.removeEventListener('abort', abort);
  }

  function abort(): void {
    end();
    reject(signal.reason);
    connection?.abort(signal.reason);
  }

  function answered(body: Answer['body']): void {
    if (ended) return;
    end();
    resolve({ ...begun!, body });
  }

  return {
    abort,
    onRequestStart: (controller) => {
      connection = controller;
      if (ended) controller.abort(signal.reason); // It was aborted while it waited for a connection.
    },
    onResponseStart: (_controller, status, headers) => {
      if (status >= 200) begun = { status, headers };
    },
    onResponseData: (controller, chunk) => {
      size += chunk.length;
      if (size <= keep(begun!.status)) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      answered('too-long');
      controller.abort(new Error('The answer is too long.'));
    },
    onResponseEnd: () => answered(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
    onResponseError: (_controller, error) => {
      if (begun) answered(error);
      if (ended) return;
      end();
      reject(error);
    },
  };
}
