/** Whoever waits at a two-way port gets the answer to his own request, or is told in time that there is none. */
import { tagIn } from './describe.ts';
import type { Books } from './judge.ts';

/** What a caller may be told instead of an answer, each time with his request safe: he may ask again. */
const FAIR = new Set(['RESPONSE_TIMEOUT', 'HOST_STOPPING', 'STORE_FAILED']);

export function judgeCallers({ sources, world: { ledger } }: Books): void {
  for (const { tag, life, answer } of sources.callers) {
    if (!answer) {
      if (life.alive) ledger.breach('stuck', `the caller with ${tag} was never answered`);
    } else if ('text' in answer) {
      if (tagIn(answer.text) !== tag) ledger.breach('misrouted', `the caller with ${tag} got ${answer.text}`);
    } else if (!FAIR.has(answer.code)) {
      ledger.breach('broken', `the caller with ${tag} was told ${answer.code}`);
    }
  }
}
