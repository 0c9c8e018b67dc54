import { BusError } from '../../../runtime/contracts/errors.ts';
import type { WorkLimit } from '../../../runtime/contracts/expression.ts';
import { compileMap } from '../../../runtime/maps/compile.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { fc } from '../../properties.ts';
import { document } from '../expressions/logical.ts';
import { compileText, mapOf, placeOf } from './map-fixture.ts';

const site = {
  usrn: '12345',
  zones: [
    { name: 'north', streets: ['a', 'b'] },
    { name: 'south', streets: ['c'] },
  ],
};

function transformed(fields: string, inputs: readonly unknown[] = [document, site]): unknown {
  const { map, findings } = compileText(mapOf(fields));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return map!.transform(inputs);
}

const findingsOf = (fields: string) => compileText(mapOf(fields)).findings;

describe('what a map makes', () => {
  test.each<[string, string, unknown]>([
    ['an expression', '  Number: report.id + "!"', { Number: 'R1!' }],
    ['a quoted text', `  Number: '"fixed"'`, { Number: 'fixed' }],
    ['constants', '  Number: { const: "7" }\n  Count: 3', { Number: '7', Count: 3 }],
    [
      'schema order',
      '  Count: 1\n  Site: { Description: "place.usrn", Code: "place.usrn" }\n  Number: report.id',
      { Number: 'R1', Site: { Code: '12345', Description: '12345' }, Count: 1 },
    ],
    [
      'nothing for what is absent',
      '  Number: report.id\n  Logged: upper(report.note)\n  Site: { Code: place.usrn, Description: place.street }',
      { Number: 'R1', Site: { Code: '12345' } },
    ],
    [
      'no object of which nothing is there',
      '  Number: report.id\n  Open: { fields: { value: report.note } }',
      { Number: 'R1' },
    ],
    ['a default', '  Number: { value: report.note, default: report.id }', { Number: 'R1' }],
    [
      'a condition',
      '  Number: report.id\n  Logged: { value: report.id, when: report.size > 3 }\n  Count: { value: report.size, when: report.size > 2 }',
      { Number: 'R1', Count: 3 },
    ],
    [
      'a conditional object',
      '  Number: report.id\n  Site: { when: has(report.note), fields: { Code: place.usrn } }',
      { Number: 'R1' },
    ],
    [
      'one for each',
      '  Number: report.id\n  Photo:\n    each: { photo: report.photos }\n    fields: { Name: photo.url, Url: photo.name }',
      { Number: 'R1', Photo: [{ Name: 'a' }, { Name: 'b', Url: 'B' }] },
    ],
    [
      'some of them',
      '  Number: report.id\n  Photo:\n    each: { photo: report.photos }\n    when: photo.size < 5\n    fields: { Name: photo.url }',
      { Number: 'R1', Photo: [{ Name: 'a' }] },
    ],
    [
      'the number of each that is made, from 1',
      '  Number: report.id\n  Photo:\n    each: { photo: report.photos, again: report.photos }\n    number: n\n    when: photo.url != again.url\n    fields: { Name: string(n) }',
      { Number: 'R1', Photo: [{ Name: '1' }, { Name: '2' }] },
    ],
    [
      'single values for each',
      '  Number: report.id\n  Tags: { each: { photo: report.photos }, value: photo.name }',
      { Number: 'R1', Tags: ['B'] },
    ],
    [
      'loops within loops',
      '  Number: report.id\n  Tags: { each: { zone: place.zones, street: zone.streets }, value: zone.name + street }',
      { Number: 'R1', Tags: ['northa', 'northb', 'southc'] },
    ],
    [
      'a written list',
      '  Number: report.id\n  Tags: [report.id, report.note, place.usrn]',
      { Number: 'R1', Tags: ['R1', '12345'] },
    ],
    ['a list as it is', '  Number: report.id\n  Tags: report.tags', { Number: 'R1', Tags: ['x', 'y'] }],
    ['no holes in lists', '  Number: report.id\n  Tags: report.photos.map(p, p.name)', { Number: 'R1', Tags: ['B'] }],
    ['decimals of numbers', '  Number: report.id\n  Total: report.size', { Number: 'R1', Total: '3' }],
    ['exact sums', '  Number: report.id\n  Total: report.amount * 3 + 0.1', { Number: 'R1', Total: '37.60' }],
    ['lookups', '  Number: report.id\n  Subject: lookup("subjects", report.category)', { Number: 'R1', Subject: 'PH' }],
    [
      'a field that is called value',
      '  Number: report.id\n  Open: { fields: { value: report.id } }',
      { Number: 'R1', Open: { value: 'R1' } },
    ],
  ])('%s', (_, fields, expected) => {
    const found = transformed(fields);
    expect(found).toEqual(expected);
    expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
  });

  test('loops nest in objects to any depth', () => {
    const { map } = compileText(
      'map: deep\nfrom: { place: place }\nto: anything\nfields:\n  Zones:\n    each: { zone: place.zones }\n    fields:\n      Name: zone.name\n      Streets: { each: { street: zone.streets }, fields: { Full: zone.name + "/" + street } }\n',
    );
    expect(map!.transform([site])).toEqual({
      Zones: [
        { Name: 'north', Streets: [{ Full: 'north/a' }, { Full: 'north/b' }] },
        { Name: 'south', Streets: [{ Full: 'south/c' }] },
      ],
    });
  });

  test('an absent list makes none', () => {
    const fields = '  Number: report.id\n  Tags: { each: { zone: place.zones }, value: zone.name }';
    expect(transformed(fields, [document, { usrn: '1' }])).toEqual({ Number: 'R1' });
    expect(transformed(fields, [document, { usrn: '1', zones: [] }])).toEqual({ Number: 'R1', Tags: [] });
  });

  test('inputs are not changed, and the same inputs give the same', () => {
    const { map } = compileText(
      mapOf('  Number: report.id\n  Photo: { each: { p: report.photos }, fields: { Name: p.url } }'),
    );
    const before = structuredClone(document);
    expect(map!.transform([document, site])).toEqual(map!.transform([document, site]));
    expect(document).toEqual(before);
    expect(map).toMatchObject({
      name: 'test',
      sources: ['report', 'place'],
      names: ['report', 'place'],
      target: 'enquiry',
    });
  });
});

describe('findings', () => {
  test.each<[string, string, string[]]>([
    ['a wrong name in an expression', '  Number: upper(report.idd)', ['5:24 MAP_EXPRESSION id']],
    ['within quotes', `  Number: '"a" + report.idd'`, ['5:25 MAP_EXPRESSION id']],
    ['on a further line', '  Number: |\n    report.id +\n      report.idd', ['7:14 MAP_EXPRESSION id']],
    [
      'two in one expression',
      '  Number: uper(report.id) + reprt.id',
      ['5:11 MAP_EXPRESSION upper', '5:29 MAP_EXPRESSION report'],
    ],
    ['a text without quotes', '  Number: fixed', ['5:11 MAP_EXPRESSION "fixed"']],
    ['an unknown target field', '  Nubmer: report.id', ['5:3 MAP_UNKNOWN_FIELD Number']],
    [
      'an unknown nested one',
      '  Number: report.id\n  Site: { Code: place.usrn, Descripton: place.usrn }',
      ['6:29 MAP_UNKNOWN_FIELD Description'],
    ],
    ['a missing nested one', '  Number: report.id\n  Site: { Description: place.usrn }', ['6:3 MAP_MISSING_FIELD']],
    ['a wrong type', '  Number: report.size', ['5:11 MAP_WRONG_TYPE']],
    ['a fraction for a whole number', '  Number: report.id\n  Count: report.ratio', ['6:10 MAP_WRONG_TYPE']],
    ['a time for a date', '  Number: report.id\n  Due: report.reported', ['6:8 MAP_WRONG_TYPE']],
    ['a list for one', '  Number: report.tags', ['5:11 MAP_WRONG_TYPE']],
    ['one for a list', '  Number: report.id\n  Tags: report.id', ['6:9 MAP_WRONG_TYPE']],
    ['each for one', '  Number: { each: { p: report.photos }, value: p.url }', ['5:11 MAP_WRONG_TYPE']],
    ['an object for text', '  Number: { a: report.id }', ['5:11 MAP_WRONG_TYPE']],
    ['a value that is not listed', `  Number: report.id\n  Subject: '"PHH"'`, ['6:12 MAP_WRONG_TYPE PH']],
    ['a constant of the wrong type', '  Number: 3', ['5:11 MAP_WRONG_TYPE']],
    [
      'what is not a list',
      '  Number: report.id\n  Tags: { each: { p: report.id }, value: p }',
      ['6:22 MAP_WRONG_TYPE'],
    ],
    [
      'a name that is taken',
      '  Number: report.id\n  Tags: { each: { report: report.tags }, value: report }',
      ['6:27 MAP_EXPRESSION'],
    ],
    [
      'a wrong word in a form',
      '  Number: report.id\n  Photo: { each: { p: report.photos }, wen: p.size > 1, fields: { Name: p.url } }',
      ['6:40 MAP_INVALID when'],
    ],
    [
      'a number without each, one that is no name, one that is taken',
      '  Number: report.id\n  Site: { fields: { Code: report.id }, number: n }\n  Photo: { each: { p: report.photos }, number: 1, fields: { Name: p.url } }\n  Tags: { each: { p: report.tags }, number: p, value: p }',
      ['6:40 MAP_INVALID', '7:40 MAP_INVALID', '8:45 MAP_EXPRESSION', '8:55 MAP_WRONG_TYPE'],
    ],
    ['no content', '  Number: report.id\n  Photo: { each: { p: report.photos } }', ['6:3 MAP_INVALID']],
    ['no value', '  Number:', ['5:3 MAP_INVALID']],
    ['an evil name', '  Number: report.id\n  __proto__: report.id', ['6:3 MAP_INVALID']],
    ['an unknown table', '  Number: lookup("subject", report.id)', ['5:18 MAP_EXPRESSION subjects']],
  ])('%s', (_, fields, expected) => {
    const { map, findings } = compileText(mapOf(fields));
    expect(findings.map(placeOf)).toEqual(expected);
    expect(map).toBeUndefined();
    for (const { message, help, at } of findings) {
      expect(at.file).toBe('mappings/test.map.yaml');
      expect(`${message} ${help}`).not.toMatch(/\{\w+\}|[^.]\.\.$/);
    }
  });

  test('a required field from an optional one is a warning', () => {
    const [found, ...rest] = findingsOf('  Number: upper(report.note)');
    expect(rest).toEqual([]);
    expect([placeOf(found!), found!.severity]).toEqual(['5:11 MAP_FIELD_MAY_BE_ABSENT', 'warning']);
    expect(findingsOf('  Number: coalesce(report.note, report.id)')).toEqual([]);
    expect(findingsOf('  Number: "has(report.note) ? report.note : report.id"')).toEqual([]);
  });

  test('in words', () => {
    const [found] = findingsOf('  Number: report.size');
    expect(`${found!.message} ${found!.help}`).toBe(
      'Number takes text, not a whole number. Write string(...) around it.',
    );
  });

  test('unknown message types', () => {
    const { findings } = compileText(
      'map: a\nfrom: { report: street-reprot }\nto: enquiri\nfields: { Number: report.id }',
    );
    expect(findings.map(placeOf)).toEqual(['2:17 MAP_UNKNOWN_TYPE street-report', '3:5 MAP_UNKNOWN_TYPE enquiry']);
  });

  test('a map that says little', () => {
    expect(compileText('map: a').findings.map(({ message }) => message)).toEqual([
      'A map needs `from`.',
      'A map needs `to`.',
      'A map needs `fields`.',
    ]);
  });
});

describe('failures', () => {
  const failureOf = (fields: string, inputs: readonly unknown[] = [document, site]) => {
    try {
      transformed(fields, inputs);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BusError);
      return thrown as BusError;
    }
    throw new Error('it did not fail');
  };

  test.each<[string, string, string]>([
    [
      'an absent operand',
      '  Number: report.id\n  Site:\n    Code: place.usrn\n    Description: place.street + "x"',
      'Map test failed at mappings/test.map.yaml:8:18, field Site.Description: `place.street + "x"`: place.street is absent.',
    ],
    [
      'a required field without value',
      '  Number: report.note',
      'Map test failed at mappings/test.map.yaml:5:11, field Number: `report.note`: it gives nothing, and the field is required.',
    ],
    [
      'in a loop',
      '  Number: report.id\n  Photo: { each: { p: report.photos }, fields: { Name: p.name } }',
      'Map test failed at mappings/test.map.yaml:6:56, field Photo[].Name: `p.name`: it gives nothing, and the field is required.',
    ],
  ])('%s', (_, fields, message) => {
    const found = failureOf(fields);
    expect([found.code, found.kind, found.message]).toEqual(['MAP_FAILED', 'message', message]);
  });

  test('a missing key can be caught by its name', () => {
    const { code, fault, message } = failureOf('  Number: lookup("subjects", report.id)');
    expect([code, fault]).toEqual(['MAP_FAILED', 'LOOKUP_MISS']);
    expect(message).toContain('The lookup table subjects has no key "R1".');
  });

  test('endless work ends', () => {
    const many = Array.from({ length: 1100 }, (_, index) => String(index));
    const fields = '  Number: report.id\n  Tags: { each: { a: report.tags, b: report.tags }, value: a + b }';
    expect(failureOf(fields, [{ ...document, tags: many }, site]).message).toContain(
      'mappings/test.map.yaml:6:60, field Tags[]: `a + b`: it takes more than 1000000 steps; let it do less, or raise expressions.steps',
    );
  });

  const ofWork = (fields: string, limit: WorkLimit, inputs: readonly unknown[]) => {
    const { map } = compileText(mapOf(fields), limit);
    return () => map!.transform(inputs);
  };

  test('large texts are work: what is read, what is made, and a pattern that finds no end', () => {
    const limit = { steps: 10_000 };
    const large = { ...document, id: 'ab'.repeat(500_000) };
    const each = (expression: string) =>
      ofWork(`  Number: "'n'"\n  Tags: { each: { a: '[1, 2, 3]' }, value: ${expression} }`, limit, [large, site]);
    for (const one of ['string(report.id.matches("W1"))', 'upper(report.id)', 'report.id + "x"', 'sha256(report.id)'])
      expect(each(`'${one}'`)).toThrow('it takes more than 10000 steps');
    expect(each(`'string(left(report.id, 2000).matches("(a|b)*a(a|b){12}c"))'`)).toThrow('more than 10000 steps');
    expect(each(`'upper(left("ab", 2))'`)()).toEqual({ Number: 'n', Tags: ['AB', 'AB', 'AB'] });
  });

  test('it has a time, which its clock tells', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => String(index));
    const fields = '  Number: report.id\n  Tags:\n    each: { a: report.tags }\n    value: a';
    const clock = { at: 0, each: 1 };
    const now = () => {
      clock.at += clock.each;
      return clock.at;
    };
    const run = ofWork(fields, { steps: 1_000_000, time: { ms: 5, now } }, [{ ...document, tags: many }, site]);
    expect(run).toThrow(
      'mappings/test.map.yaml:8:12, field Tags[]: `a`: it takes longer than 5 ms; let it do less, or raise expressions.time in config/bus.yaml',
    );
    clock.each = 0;
    expect(run()).toMatchObject({ Tags: many });
  });
});

test('any YAML is a map or has findings', () => {
  const keys = fc.constantFrom(
    'each',
    'when',
    'fields',
    'value',
    'default',
    'const',
    'Number',
    'Photo',
    'Tags',
    'Name',
    'x',
  );
  const leaves = fc.constantFrom<unknown>(
    'report.id',
    'report.photos',
    'x',
    '',
    3,
    null,
    true,
    'report.size > 1',
    '(',
    [],
  );
  const values = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaves,
      fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  const { source } = readYaml('mappings/any.map.yaml', 'map: a');
  const context = { schemas: { find: () => undefined, types: [] } as never, lookups: new Map() };
  fc.assert(
    fc.property(values, values, (fields, from) => {
      const value = { map: 'a', from: { report: 'report' }, to: 'enquiry', fields };
      expect(compileMap({ ...source, value }, context).findings.length).toBeGreaterThan(0);
      expect(compileMap({ ...source, value: { ...value, from } }, context).findings.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});
