/** The thread on which stylesheets run. It answers one request at a time and wakes whoever waits for the answer. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { type Library, loadLibrary } from './library.ts';
import type { Answer, Request } from './protocol.ts';

const { port, signal } = workerData as { readonly port: MessagePort; readonly signal: Int32Array };

function answerOf(library: Library, request: Request): Answer {
  try {
    if (request.kind === 'compile') return library.compile(request.sheet);
    if (request.kind === 'run') return library.run(request.id, request.input, request.parameters);
    library.forget(request.id);
    return { done: true, lines: [], refused: [] };
  } catch (thrown) {
    return broken(thrown);
  }
}

const broken = (thrown: unknown): Answer => ({
  done: false,
  lines: [],
  refused: [],
  broken: Error.isError(thrown) ? thrown.message : String(thrown),
});

function tell(answer: Answer): void {
  port.postMessage(answer);
  Atomics.add(signal, 0, 1);
  Atomics.notify(signal, 0);
}

try {
  const library = await loadLibrary();
  port.on('message', (request: Request) => tell(answerOf(library, request)));
  tell({ done: true, lines: [], refused: [] });
} catch (thrown) {
  tell(broken(thrown));
}
