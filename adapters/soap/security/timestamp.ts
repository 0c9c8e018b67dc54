/** The timestamp of a security header. */
import type { Instant } from '../../../runtime/contracts/clock.ts';
import type { XmlElement } from '../xml-tree.ts';
import { child } from './key-info.ts';
import { SecurityProblem, UTILITY } from './names.ts';

/** How far (ms) clocks may be apart where an end is told. */
const SKEW = 60_000;

/** When it was made; undefined where there is none. Throws SecurityProblem for one that is not of these minutes (`maxAge`, ms). */
export function checkTimestamp(security: XmlElement, now: Instant, maxAge: number): Instant | undefined {
  const timestamp = child(security, UTILITY, 'Timestamp');
  if (!timestamp) return undefined;
  const at = (local: string) => {
    const text = child(timestamp, UTILITY, local)?.text.trim();
    return text === undefined ? undefined : Date.parse(text);
  };
  const [created, expires] = [at('Created'), at('Expires')];
  const fresh = created !== undefined && Math.abs(now - created) <= maxAge;
  if (!fresh || (expires !== undefined && !(expires + SKEW > now))) {
    throw new SecurityProblem('MessageExpired', 'its timestamp is too old, or lies ahead');
  }
  return created;
}
