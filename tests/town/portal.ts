/**
 * The citizens' web form: posts what it is given, a few at a time, and asks again with the same words until it has an answer
 * (nobody there, 429, 502, 503, 504 are none; nor is 202 where a receipt is wanted). Keeps every answer. A form may have a
 * `followUp`: posted once it is answered.
 */
import { pause, runSystem, type System } from './system.ts';

interface Form {
  readonly key: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
  readonly followUp?: Form;
}

interface Answer {
  readonly key: string;
  readonly status: number;
  readonly attempts: number;
  readonly body: string;
}

const AT_A_TIME = 8;
const NO_ANSWER = new Set([429, 502, 503, 504]);

function open(): System {
  const waiting: Form[] = [];
  const answers: Answer[] = [];
  let sent = 0;
  let to = '';
  let busy = 0;

  function work(): void {
    while (busy < AT_A_TIME && waiting.length > 0) {
      busy += 1;
      void post(waiting.shift()!).finally(() => {
        busy -= 1;
        work();
      });
    }
  }

  async function post(form: Form, attempts = 1): Promise<void> {
    const answer = await ask(form);
    if (answer) {
      answers.push({ key: form.key, status: answer.status, attempts, body: answer.body });
      return form.followUp && answer.status < 300 ? post(form.followUp) : undefined;
    }
    await pause(Math.min(2000, 100 * 2 ** attempts));
    return post(form, attempts + 1);
  }

  async function ask({ path, contentType, body }: Form): Promise<{ status: number; body: string } | undefined> {
    try {
      const headers = { 'Content-Type': contentType };
      const response = await fetch(`${to}${path}`, { method: 'POST', headers, body });
      const text = await response.text();
      return NO_ANSWER.has(response.status) || isLate(path, response.status)
        ? undefined
        : { status: response.status, body: text };
    } catch {
      return undefined; // Nobody there, or the connection broke: the citizen presses the button again.
    }
  }

  return {
    account: () => ({ sent, open: waiting.length + busy, answers }),
    control: (command) => {
      if (typeof command['to'] === 'string') to = command['to'];
      const forms = (command['forms'] ?? []) as Form[];
      sent += forms.length;
      waiting.push(...forms);
      work();
    },
  };
}

/** A report is answered with a receipt (200); 202 says only that it is safe. */
const isLate = (path: string, status: number) => path === '/street-reports' && status === 202;

await runSystem(open);
