/** G6: on the ordered port, messages of one key are accepted in the order in which they were published. */
import { textOf } from './describe.ts';
import type { Books } from './judge.ts';

export function judgeOrder({ farEnds, stock, plan: { onFailure }, world: { ledger } }: Books): void {
  const ordered = stock.deliveries.filter(({ subscription }) => subscription === 'send:queue');
  const ended = new Set(ordered.filter(({ id }) => ledger.terminated.has(id)).map(({ message }) => message));
  const suspended = new Set(
    ledger.history.filter(({ name }) => name === 'message-suspended').map((event) => event.message),
  );
  const accepted = farEnds.accepted.filter(({ system }) => system === 'queue').map(({ key }) => key);
  const place = (id: string) => accepted.indexOf(`${id}@queue`);
  /** Whatever an operator ended, and at `skip` what was suspended, may be passed. */
  const mayBePassed = (id: string) => ended.has(id) || (onFailure === 'skip' && suspended.has(id));

  const published = [...ledger.published.values()].filter((message) => chainOf(textOf(message)) !== undefined);
  for (const [chain, messages] of Map.groupBy(published, (message) => chainOf(textOf(message)))) {
    const binding = messages.map(({ id }) => id).filter((id) => !mayBePassed(id));
    for (const [index, id] of binding.entries()) {
      const passed = place(id) >= 0 ? binding.slice(0, index).find((earlier) => comesAfter(earlier, id)) : undefined;
      if (passed) ledger.breach('disordered', `${id} of chain ${chain} was accepted before ${passed}`);
    }
  }

  function comesAfter(earlier: string, later: string): boolean {
    return place(earlier) < 0 || place(earlier) > place(later);
  }
}

const chainOf = (text: string) => /"chain":"([^"]*)"/.exec(text)?.[1];
