/** Parties: what is declared, what filters may ask, what `guildhall check` says. */
import { changed, compile, placeOf, shop, told } from './small-solution.ts';

const PARTY = 'config/parties/works.party.yaml';
const PIPELINE = 'config/pipelines/own.pipeline.yaml';
const solution = (aliases: string, options: string, filter = 'bus.party == "works"') => ({
  ...changed(
    shop,
    'message.type == "order" && order.kind == "large"',
    filter,
    changed(shop, 'pipeline: json-receive', 'pipeline: own'),
  ),
  [PARTY]: `party: works\naliases: { ${aliases} }\n`,
  [PIPELINE]: `pipeline: own\nsteps:\n  - json-disassemble\n  - resolve-party: { ${options} }\n`,
});

test('a party that is declared may be asked for, and is deployed', () => {
  const files = solution('http.caller: lagan', 'by: [http.caller]');
  expect(told(files)).toEqual([]);
  expect(compile(files).deployment!.parties!.find('http.caller', 'lagan')).toBe('works');
  expect(told(solution('http.caller: lagan', 'by: [http.caller], guest: stranger', 'bus.party == "stranger"'))).toEqual(
    [],
  );
});

test('one that is not declared is never', () => {
  const files = solution('http.caller: lagan', 'by: [http.caller]', 'bus.party == "workz"');
  expect(told(files)).toEqual([`${placeOf(files, shop, '"workz"')} SUBSCRIPTION_UNSATISFIABLE works`]);
});

test('a property by which nobody is known', () => {
  const files = solution('http.caller: lagan', 'by: [http.callr]');
  expect(told(files)).toEqual([`${placeOf(files, PIPELINE, 'http.callr')} PARTY_PROPERTY_UNKNOWN http.caller`]);
});

test('an alias of two parties, and a network that cannot be', () => {
  const second = 'config/parties/zoo.party.yaml';
  const files = {
    ...solution('http.caller: [lagan], http.address: 10.0.0.0/33', 'by: [http.caller]'),
    [second]: 'party: zoo\naliases: { http.caller: [zoo, lagan] }\n',
  };
  expect(told(files)).toEqual([
    `${placeOf(files, PARTY, '10.0')} PARTY_ALIAS_INVALID`,
    `${placeOf(files, second, 'lagan')} PARTY_ALIAS_TAKEN`,
  ]);
});
