/** The web form: posts reports and surveys, asks until it is told, takes some back, and sends some twice. */
import type { Planned } from '../plan-load.ts';
import { withdrawnEnds } from '../plan-load.ts';
import type { Sending, Sent } from '../sent.ts';
import { type Asked, askUntilAnswered } from './ask.ts';
import type { Sender } from './sender.ts';

export interface Portal extends Sender {
  /** Returns false where too much is open: the citizen comes again later. */
  post(planned: Planned): boolean;
}

const AT_A_TIME = 48;
const LONGEST = 12_000;
/** At the end: longer than the bus lets callers wait, so that all are told what became of them. */
const LONGEST_AT_THE_END = 40_000;

/** `to`: the address of the bus. */
export function openPortal(to: string, sent: Sent): Portal {
  let open = 0;
  let closing = false;

  async function send({ report, receipt, again }: Planned): Promise<void> {
    const sending = sent.add(receipt);
    const answer = await ask(sending, report.path, report.body);
    if (answer?.status !== 200) return;
    if (report.followUp) await withdraw(sending, report.followUp);
    if (!again || report.path !== '/street-reports') return;
    const second = await ask(sending, report.path, report.body);
    if (second?.status === 200) sending.answers = [answer.body, second.body];
  }

  /** A report is answered with a receipt (200); 202 says only that it is safe. */
  function ask(sending: Sending, path: string, body: string): Promise<Asked | undefined> {
    const twoWay = path === '/street-reports';
    return askUntilAnswered(`${to}${path}`, body, {
      heard: (asked) => hear(sending, asked, sent),
      unsatisfied: ({ status }) => twoWay && status === 202,
      longest: () => (closing ? LONGEST_AT_THE_END : LONGEST),
      enough: () => closing && sending.accepted,
    });
  }

  async function withdraw(sending: Sending, { path, body }: { path: string; body: string }): Promise<void> {
    const answer = await askUntilAnswered(`${to}${path}`, body, { enough: () => false });
    if (!answer || answer.status >= 300) {
      sent.strange(`the withdrawal of ${sending.tag} was answered with ${answer?.status}: ${answer?.body}`);
      return;
    }
    sending.ends = withdrawnEnds;
    sending.waits = false;
  }

  return {
    get open() {
      return open;
    },
    close: () => {
      closing = true;
    },
    post: (planned) => {
      if (closing || open >= AT_A_TIME) return false;
      open += 1;
      void send(planned).finally(() => {
        open -= 1;
      });
      return true;
    },
  };
}

/** Who is told the id of his message is told that it is kept, whatever else he is told. */
export function hear(sending: Sending, { status, body }: Asked, sent: Sent): void {
  const kept = status < 300 || body.includes('"messageId"');
  if (kept) sending.accepted = true;
  const expected = sending.ends === 'held' || status < 300 || status >= 502 || status === 429 || status === 408;
  if (!expected) sent.strange(`${sending.tag} (${sending.kind}) was answered with ${status}: ${body}`);
}
