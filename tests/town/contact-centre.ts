/** The contact centre: POST /cases puts a case on a desk. A case that it has already is accepted again, but not opened twice. */
import { openJournal, readJournal } from './journal.ts';
import { bodyOf, listen, reply, runSystem, type System } from './system.ts';

interface Options {
  /** Where cases are noted as they come, and taken up again by the next contact centre. */
  readonly journal?: string;
  readonly port?: number;
}

interface Case {
  readonly reference: string;
  readonly kind: string;
}

async function open({ journal, port }: Options): Promise<System> {
  const cases = new Map<string, Case & { readonly number: number; calls: number }>();
  const refused: string[] = [];
  const note = openJournal(journal);
  for (const { reference, kind } of readJournal<Case & { strange?: string }>(journal)) {
    if (kind !== undefined) take({ reference, kind });
  }

  const { address } = await listen(async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/cases') return reply(response, 404, { error: 'no such page' });
    const body = await bodyOf(request);
    const given = parse(body);
    if (!given) {
      refused.push(body);
      note({ strange: body });
      return reply(response, 400, { error: 'a case needs a reference and a kind' });
    }
    const known = take(given);
    note({ ...given, key: request.headers['idempotency-key'] });
    reply(response, known.calls === 1 ? 201 : 200, { case: known.number });
  }, port);

  function take({ reference, kind }: Case) {
    const key = `${kind} ${reference}`;
    const known = cases.get(key) ?? { reference, kind, number: cases.size + 1, calls: 0 };
    known.calls += 1;
    cases.set(key, known);
    return known;
  }

  return { address, account: () => ({ cases: [...cases.values()], refused }) };
}

function parse(body: string): Case | undefined {
  try {
    const { reference, kind } = JSON.parse(body) as Partial<Case>;
    return typeof reference === 'string' && typeof kind === 'string' ? { reference, kind } : undefined;
  } catch {
    return undefined; // Not JSON: refused and kept in the account.
  }
}

await runSystem(open);
