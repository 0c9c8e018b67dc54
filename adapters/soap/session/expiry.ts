/** Tells from an answer that the session is over. */
import { openMessage } from '../attachments/open-message.ts';
import { type BodyElement, readEnvelope } from '../envelope.ts';
import { faultError, faultIn } from '../read-fault.ts';
import type { HttpAnswer } from '../way.ts';
import { XmlProblem } from '../xml-reader.ts';
import type { ExpiryRules } from './config.ts';
import { valueAt } from './paths.ts';

/** Far ends that know no 401 send whoever is not logged on to their logon page. */
const LOGGED_OUT = new Set([401, 301, 302, 303, 307, 308]);

export function compileExpiry({ faults = [], result }: ExpiryRules): (answer: HttpAnswer) => boolean {
  const words = faults.map((each) => each.toLowerCase());

  function byFault(fault: BodyElement): boolean {
    const { fault: name = '', message } = faultError(fault, '');
    return words.some((word) => name.toLowerCase() === word || message.toLowerCase().includes(word));
  }

  function byResult(element: BodyElement | undefined): boolean {
    const value = element && result && valueAt(element.xml, result.path);
    return value !== undefined && result!.values.includes(value);
  }

  return (answer) => {
    if (LOGGED_OUT.has(answer.status)) return true;
    if ((words.length === 0 && !result) || answer.bytes.byteLength === 0) return false;
    try {
      const envelope = readEnvelope(openMessage(answer.bytes, answer.contentType).text);
      const fault = faultIn(envelope);
      return fault ? byFault(fault) : byResult(envelope.body[0]);
    } catch (thrown) {
      if (thrown instanceof XmlProblem) return false; // Whoever reads the answer says what is wrong with it.
      throw thrown;
    }
  };
}
