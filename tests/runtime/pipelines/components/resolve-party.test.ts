/** Who sent a message: the first property decides, the others must not contradict, nobody passes unknown. */
import type { Message, Scalar } from '../../../../runtime/contracts/message.ts';
import { resolveParty } from '../../../../runtime/pipelines/components/resolve-party.ts';
import { loadSolution } from '../../../../runtime/solution/load.ts';
import { readParties } from '../../../../runtime/solution/parties.ts';
import { contextOf, failure, messageOf } from '../runs.ts';

const PRINT = 'AB'.repeat(32);

const { parties, findings } = readParties(
  loadSolution(
    new Map(
      Object.entries({
        'config/parties/works.party.yaml': `party: works\naliases:\n  http.caller: [lagan, lagan-old]\n  http.thumbprint: ${PRINT.toLowerCase().replace(/..(?=.)/g, '$&:')}\n  http.address: 10.2.0.0/16\n  order.sender: 77\n`,
        'config/parties/tax.party.yaml':
          'party: tax\naliases: { http.caller: tax, http.address: [10.2.7.0/24, "2001:db8::/32", 192.0.2.7] }\n',
      }),
    ),
  ),
);

async function partyOf(properties: Record<string, Scalar>, by: string[], guest?: string) {
  const context = new Map(Object.entries(properties).map(([name, value]) => [name, { value, promoted: false }]));
  const options = { by, ...(guest === undefined ? {} : { guest }) };
  const given = { ...contextOf([]), parties: parties! };
  return ((await resolveParty.execute(messageOf('x', { context }), options, given)) as Message).context.get(
    'bus.party',
  );
}

test('the files are right', () => expect(findings).toEqual([]));

test.each([
  [{ 'http.caller': 'lagan-old' }, 'works'],
  [{ 'http.thumbprint': PRINT }, 'works'],
  [{ 'http.address': '10.2.3.4' }, 'works'],
  [{ 'http.address': '10.2.7.4' }, 'tax'],
  [{ 'http.address': '2001:db8:7::1' }, 'tax'],
  [{ 'http.address': '192.0.2.7' }, 'tax'],
  [{ 'order.sender': 77 }, 'works'],
  [{ 'http.caller': 'tax', 'order.sender': 'somebody' }, 'tax'],
])('%j is %s', async (properties, value) => {
  const by = ['http.thumbprint', 'http.caller', 'http.address', 'order.sender'];
  expect(await partyOf(properties, by)).toEqual({ value, promoted: true });
});

test('what is proven is not overruled by what the message says', async () => {
  const claim = partyOf({ 'http.caller': 'tax', 'order.sender': 77 }, ['http.caller', 'order.sender']);
  expect(await failure(claim)).toMatchObject({ code: 'PARTY_CONTRADICTED', kind: 'message' });
  const unknown = partyOf({ 'http.caller': 'stranger', 'order.sender': 77 }, ['http.caller', 'order.sender']);
  expect(await failure(unknown)).toMatchObject({ code: 'PARTY_UNKNOWN', kind: 'message' });
});

test.each([[{}], [{ 'http.caller': 'stranger' }], [{ 'http.address': '10.3.0.1' }]])(
  '%j is nobody: suspended, or a guest',
  async (properties) => {
    const by = ['http.caller', 'http.address'];
    expect(await failure(partyOf(properties, by))).toMatchObject({ code: 'PARTY_UNKNOWN' });
    expect(await partyOf(properties, by, 'guest')).toEqual({ value: 'guest', promoted: true });
  },
);
