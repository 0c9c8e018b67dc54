/** The contact centre: POST /cases puts a case on a desk. A case that it has already is accepted again, but not opened twice. */
import { bodyOf, listen, reply, runSystem, type System } from './system.ts';

interface Case {
  readonly reference: string;
  readonly kind: string;
}

async function open(): Promise<System> {
  const cases = new Map<string, Case & { readonly number: number; calls: number }>();
  const refused: string[] = [];

  const { address } = await listen(async (request, response) => {
    if (request.method !== 'POST' || request.url !== '/cases') return reply(response, 404, { error: 'no such page' });
    const body = await bodyOf(request);
    const given = parse(body);
    if (!given) {
      refused.push(body);
      return reply(response, 400, { error: 'a case needs a reference and a kind' });
    }
    const key = `${given.kind} ${given.reference}`;
    const { reference, kind } = given;
    const known = cases.get(key) ?? { reference, kind, number: cases.size + 1, calls: 0 };
    known.calls += 1;
    cases.set(key, known);
    reply(response, known.calls === 1 ? 201 : 200, { case: known.number });
  });
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
