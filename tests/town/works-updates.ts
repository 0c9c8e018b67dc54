/** Tells whoever is interested how an enquiry goes: in progress, then closed; each again and again until it is accepted. */
import { element, envelope } from './envelope.ts';
import { pause } from './system.ts';
import type { Entry } from './works-book.ts';

export interface Pusher {
  /** Where to push to; nothing is pushed before it is known. */
  callback: string | undefined;
  /** Begins for an enquiry, once; goes on behind the updates that were accepted before. */
  begin(entry: Entry): void;
  stop(): void;
}

const NAMESPACE = 'urn:northmoor:works:notify';
const NEWS = [
  { status: 'INPROG', notes: 'A crew has been sent.' },
  { status: 'CLOSED', notes: 'Made good & swept.' },
] as const;

/** How long (ms) it waits for an answer. */
const PATIENCE = 15_000;

/** `told` is called after every update that was accepted. */
export function createPusher(after: number, told: (entry: Entry) => void): Pusher {
  const begun = new Set<Entry>();
  let stopped = false;
  const pusher: Pusher = {
    callback: undefined,
    begin: (entry) => {
      if (begun.has(entry)) return;
      begun.add(entry);
      void push(entry);
    },
    stop: () => {
      stopped = true;
    },
  };

  async function push(entry: Entry): Promise<void> {
    for (const [index, news] of [...NEWS.entries()].slice(entry.updates)) {
      await pause(after);
      const body = element('EnquiryUpdated', NAMESPACE, {
        EnquiryNumber: entry.number,
        ExternalSystemNumber: entry.reference,
        Sequence: String(index + 1),
        LoggedTime: new Date().toISOString().slice(0, 19),
        Status: news.status,
        StatusNotes: news.notes,
      });
      while (!stopped && !entry.cancelled && !(await accepted(body))) await pause(250);
      if (stopped || entry.cancelled) return;
      entry.updates += 1;
      told(entry);
    }
  }

  async function accepted(body: string): Promise<boolean> {
    if (pusher.callback === undefined) return false;
    const headers = { 'Content-Type': 'text/xml; charset=utf-8', SOAPAction: `"${NAMESPACE}/EnquiryUpdated"` };
    try {
      const signal = AbortSignal.timeout(PATIENCE);
      const response = await fetch(pusher.callback, { method: 'POST', headers, body: envelope(body), signal });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false; // Nobody there: pushed again.
    }
  }

  return pusher;
}
