/**
 * Which requests of a connection are still to be answered. What comes behind them, though it be no HTTP, must wait for its turn:
 * an answer to it that came first would be read as the answer to a request that was taken.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface HttpTurns {
  begin(request: IncomingMessage, response: ServerResponse): void;
  /**
   * Calls once all requests that came whole over this connection are answered: at once where there are none. `told`: the one that
   * did not come whole has its answer too.
   */
  after(socket: Duplex, work: (told: boolean) => void): void;
}

export function createHttpTurns(): HttpTurns {
  const underWay = new WeakMap<Duplex, Map<ServerResponse, IncomingMessage>>();

  function begin(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    const open = underWay.get(socket) ?? new Map();
    underWay.set(socket, open.set(response, request));
    response.once('close', () => open.delete(response));
  }

  function after(socket: Duplex, work: (told: boolean) => void): void {
    const open = [...(underWay.get(socket) ?? [])];
    const told = open.some(([response, request]) => !request.complete && response.headersSent);
    const last = open.findLast(([, request]) => request.complete);
    if (last) last[0].once('close', () => work(told));
    else work(told);
  }

  return { begin, after };
}
