/** What `guildhall check` finds across files: each fault at its place, with what was meant. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changed, compile, placeOf, shop, small, told } from './small-solution.ts';

const orchestration = 'orchestrations/take-order.orchestration.yaml';

/** The findings after one change, each expected as [code, the piece of the changed file where it stands, suggestion]. */
function expectFinding(
  files: Record<string, string>,
  file: string,
  code: string,
  piece: string,
  suggestion = '',
): void {
  expect(told(files)).toEqual([`${placeOf(files, file, piece)} ${code} ${suggestion}`.trim()]);
}

test('the small solution has no findings and is deployed', () => {
  expect(told(small)).toEqual([]);
  expect(compile(small).deployment).toBeDefined();
});

describe('names', () => {
  test.each([
    [
      'pipeline',
      'pipeline: json-receive',
      'pipeline: json-recieve',
      'UNKNOWN_PIPELINE',
      'json-recieve',
      'json-receive',
    ],
    [
      'message type of an answer',
      'response: answer\n    locations',
      'response: anwser\n    locations',
      'UNKNOWN_MESSAGE',
      'anwser',
      'answer',
    ],
    ['transport', 'transport: drop', 'transport: dorp', 'UNKNOWN_TRANSPORT', 'dorp', 'drop'],
    [
      'transport that cannot receive',
      'transport: web, path',
      'transport: drop, path',
      'UNKNOWN_TRANSPORT',
      'drop, path',
      'web',
    ],
    ['backup', 'transport: drop', 'transport: drop\n    backup: stok', 'UNKNOWN_PORT', 'stok', 'stock'],
    [
      'map',
      'transport: drop',
      'transport: drop\n    maps: [order-to-anwser]',
      'UNKNOWN_MAP',
      'order-to-anwser',
      'order-to-answer',
    ],
    ['dedupe', 'dedupe: order.id', 'dedupe: order.ident', 'UNKNOWN_PROPERTY', 'order.ident', 'order.id'],
    [
      'orchestration',
      'take-order: { orders: orders, stock: stock }',
      'take-order: { orders: orders, stock: stock }\n  take-odrer: {}',
      'UNKNOWN_ORCHESTRATION',
      'take-odrer',
      'take-order',
    ],
    ['port', 'stock: stock', 'stock: stcok', 'UNKNOWN_PORT', 'stcok', 'stock'],
    ['logical port', 'stock: stock', 'stokc: stock', 'UNKNOWN_LOGICAL_PORT', 'stokc', 'stock'],
  ])('unknown %s', (_, piece, by, code, at, suggestion) => {
    const files = changed(shop, piece, by);
    const findings = told(files).filter((each) => !/TYPE_MISMATCH|NOBODY/.test(each));
    expect(findings).toEqual([`${placeOf(files, shop, at)} ${code} ${suggestion}`.trim()]);
  });

  test.each([
    ['maps', 'mappings/order-to-answer.map.yaml'],
    ['message types', 'schemas/answer.message.yaml'],
    ['orchestrations', orchestration],
  ])('two %s of one name: told at the second, with the first', (_, file) => {
    const copy = file.replace(/\/([^/]*)$/, '/zz-$1');
    const { findings } = compile({ ...small, [copy]: small[file]! });
    const suggestion = copy.replace(/.*\/|\..*/g, '');
    expect(findings).toMatchObject([{ code: 'DUPLICATE_NAME', at: { file: copy }, suggestion }]);
    expect(findings[0]!.message).toContain(`${file}:1:`);
  });

  test('two ports of one name in different applications', () => {
    const second = 'config/applications/zz.yaml';
    const files = {
      ...small,
      [second]: 'application: zz\nsendPorts:\n  stock: { transport: drop, pipeline: json-send }\n',
    };
    expectFinding(files, second, 'DUPLICATE_NAME', 'stock', 'stock-2');
  });

  test('a file whose name fits no kind is a warning', () => {
    const files = { ...small, 'mappings/other.yaml': 'map: other\n' };
    expect(compile(files).findings).toMatchObject([{ code: 'UNKNOWN_FILE', severity: 'warning' }]);
  });

  test('a solution without config/bus.yaml', () => {
    const { 'config/bus.yaml': _, ...files } = small;
    expect(told(files)).toEqual(['bus.yaml:1:1 MISSING_FILE']);
  });
});

describe('bindings', () => {
  test('a port that is not bound', () => {
    const files = changed(shop, ', stock: stock', '');
    expectFinding(files, shop, 'UNBOUND_PORT', 'take-order', 'stock: stock');
  });

  test('a port that is misspelt in the orchestration', () => {
    const files = changed(orchestration, 'port: orders, message: answer', 'port: ordres, message: answer');
    expect(told(files)).toContain(`${placeOf(files, orchestration, 'ordres')} UNBOUND_PORT orders`);
  });

  test('an orchestration that no application binds', () => {
    const files = changed(shop, 'bindings:\n  take-order: { orders: orders, stock: stock }\n', '');
    const suggestion = 'take-order: { orders: orders, stock: stock }';
    expect(told(files)).toContain(`take-order.orchestration.yaml:1:16 UNBOUND_ORCHESTRATION ${suggestion}`);
  });

  test('the wrong direction', () => {
    const files = changed(shop, 'orders: orders, stock: stock', 'orders: stock, stock: orders');
    const codes = compile(files).findings.map(({ code }) => code);
    expect(codes.filter((code) => code === 'PORT_DIRECTION')).toHaveLength(2);
  });

  test('one-way ports where answers are given or awaited', () => {
    const silent = changed(shop, '    response: answer\n    locations', '    locations');
    expectFinding(silent, shop, 'PORT_ONE_WAY', 'orders, stock');
    const rules = '    faults:\n      - { when: response.text == "no", error: Refused }\n';
    const answered = changed(shop, '    response: answer\n    retry', '    retry');
    expect(compile(answered).findings.map(({ code }) => code)).toContain('ANSWER_UNREAD');
    const done = changed(shop, rules, '    failures: [{ when: error.code == "X", error: Known, done: true }]\n');
    expect(compile(done).findings.map(({ code }) => code)).toEqual(['FAILURE_UNANSWERED']);
    const deaf = { ...answered, [shop]: answered[shop]!.replace(rules, '') };
    expectFinding(deaf, shop, 'PORT_ONE_WAY', 'stock }');
  });

  test('types that do not fit', () => {
    const files = changed(shop, '    response: answer\n    retry', '    response: order\n    retry');
    expect(told(files)).toContain(`${placeOf(files, shop, 'stock }')} PORT_TYPE_MISMATCH`);
  });
});

describe('send port groups', () => {
  const shopFile = 'config/applications/shop.yaml';
  const grouped = (group: string) => changed(shopFile, 'bindings:', `sendPortGroups:\n  all: ${group}\nbindings:`);

  test('a group of ports that exist has no findings', () => {
    expect(told(grouped('{ members: [stock, archive], filter: order.kind == "small" }'))).toEqual([]);
  });

  test.each([
    ['a member that is not there', '{ members: [stok] }', 'UNKNOWN_PORT', 'stok', 'stock'],
    [
      'a filter that nothing satisfies',
      '{ members: [stock], filter: order.kind == "smal" }',
      'SUBSCRIPTION_UNSATISFIABLE',
      'smal',
      'small',
    ],
    ['a key that is none', '{ members: [stock], fliter: order.kind == "small" }', 'UNKNOWN_KEY', 'fliter', 'filter'],
  ])('%s', (_, group, code, piece, suggestion) => {
    const files = grouped(group);
    const [found] = told(files);
    expect(found).toContain(`${code} ${suggestion}`);
    expect(found).toContain(placeOf(files, shopFile, code === 'SUBSCRIPTION_UNSATISFIABLE' ? '"smal"' : piece));
  });

  test('a member that would send a message twice is told of', () => {
    const files = grouped('{ members: [archive], filter: order.kind == "large" }');
    expect(told(files).join()).toContain('GROUP_TAKES_TWICE');
  });

  test('an orchestration asks no group', () => {
    const files = Object.fromEntries(
      Object.entries(grouped('{ members: [stock] }')).map(([path, text]) => [
        path,
        text.replace(': stock }', ': all }'),
      ]),
    );
    expect(told(files).join()).toContain('PORT_IS_GROUP');
  });
});

describe('dynamic send ports', () => {
  const { 'config/environments/test.yaml': _, ...alone } = small;
  const dynamic = (text: string, url = '') =>
    changed(shop, '    url: http://stock\n', `${url}    dynamic: ${text}\n`, alone);

  test('one that is right has no findings, and binds', () => {
    const files = dynamic(
      `{ address: 'lookup("kinds", order.kind)', allow: ["http://*.example/*"], options: { method: order.id } }`,
    );
    expect(told(files)).toEqual([]);
    const port = compile(files).deployment?.sendPorts.find(({ name }) => name === 'stock');
    expect(port?.dynamic).toMatchObject({ kind: 'url', option: 'url' });
  });

  test.each([
    [
      'a property that no message has',
      '{ address: order.adress, allow: ["http://a/*"] }',
      'EXPRESSION_INVALID',
      'adress',
    ],
    ['an address that is no text', '{ address: order.id == "a", allow: ["http://a/*"] }', 'EXPRESSION_INVALID', 'text'],
    [
      'an option that is not for messages',
      '{ address: order.id, allow: ["http://a/*"], options: { password: order.id } }',
      'UNKNOWN_KEY',
      'password',
    ],
    ['a pattern that is none', '{ address: order.id, allow: ["http://a*b/*"] }', 'OPTION_INVALID', 'a*b'],
    ['no pattern at all', '{ address: order.id }', 'MISSING_KEY', 'allow'],
  ])('%s', (_, text, code, piece) => {
    const { findings } = compile(dynamic(text));
    expect(findings.map((found) => `${found.code} ${found.message}`).join()).toMatch(
      new RegExp(`${code}.*${piece.replace('*', '.')}`),
    );
  });

  test('an address beside it, and a transport that has none', () => {
    expect(told(dynamic('{ address: order.id, allow: ["http://a/*"] }', '    url: http://stock\n')).join()).toContain(
      'OPTION_INVALID',
    );
    const drop = changed(
      shop,
      'transport: drop',
      'transport: drop\n    dynamic: { address: order.id, allow: ["a"] }',
      alone,
    );
    expect(told(drop).join()).toContain('OPTION_INVALID');
  });
});

test.each([
  ['itself', 'spare'],
  ['a location that is not there', 'wbe'],
])('a location does not stand by for %s', (_, primary) => {
  const line = 'web: { transport: web, path: /orders, pipeline: json-receive, dedupe: order.id }\n';
  const spare = `      spare: { transport: web, path: /spare, pipeline: json-receive, standby: { for: ${primary} } }\n`;
  expect(told(changed(shop, line, `${line}${spare}`)).join()).toContain('STANDBY_UNFIT web');
});

describe('dedupe', () => {
  const dedupe = (text: string) => changed(shop, 'dedupe: order.id', `dedupe: ${text}`);

  test.each([
    'order.id',
    '[order.id, order.kind]',
    '{ by: [order.id], window: 1h }',
    `{ key: 'body.id + order.kind', window: 90d }`,
  ])('%s is right', (text) => expect(told(dedupe(text))).toEqual([]));

  test.each([
    ['{ by: order.idd }', 'UNKNOWN_PROPERTY'],
    ['{ key: body.idd }', 'EXPRESSION_INVALID'],
    ['{ by: order.id, window: 91d }', 'DEDUPE_WINDOW'],
    ['{ by: order.id, windwo: 1h }', 'UNKNOWN_KEY'],
    ['{ window: 1h }', ''],
    ['{ by: order.id, key: order.id }', ''],
  ])('%s is not', (text, code) => {
    const found = told(dedupe(text));
    expect(found.length).toBeGreaterThan(0);
    expect(found.join()).toContain(code);
  });
});

describe('options', () => {
  test("by the transport's schema", () => {
    const files = changed(shop, 'url: http://stock', 'ulr: http://stock');
    expectFinding(files, shop, 'UNKNOWN_KEY', 'ulr', 'url');
  });

  test("by the transport's own code", () => {
    const files = changed(shop, 'url: http://stock', 'url: http://forbidden');
    expectFinding(files, shop, 'ADAPTER_CONFIG', 'http://forbidden');
  });

  test('a file that is not there', () => {
    const files = changed(shop, 'url: http://stock', 'url: http://stock\n    contract: schemas/oder.schema.json');
    expectFinding(files, shop, 'MISSING_FILE', 'schemas/oder', 'schemas/order.schema.json');
  });

  test('an HTTP path that is served twice', () => {
    const files = changed(
      shop,
      'sendPorts:',
      '      again: { transport: web, path: /orders/, pipeline: json-receive }\nsendPorts:',
    );
    expectFinding(files, shop, 'PATH_USED_TWICE', '/orders/');
  });

  test('a secret that is not set; with it, none', () => {
    const files = changed(shop, 'url: http://stock', 'url: http://stock\n    password: { secret: STOCK_PASSWORD }');
    const toSet = 'to set it: STOCK_PASSWORD=<value> in the environment';
    expectFinding(files, shop, 'SECRET_MISSING', 'STOCK_PASSWORD', toSet);
    const near = told(files, { env: { STOCK_PASSWORT: 'x', PATH: '/bin', STOCK_TOKEN: 'y' } });
    expect(near).toEqual([expect.stringMatching(/SECRET_MISSING STOCK_PASSWORT$/)]);
    const folder = changed('config/bus.yaml', 'store:', 'secrets: config/secrets\nstore:', files);
    expect(told(folder)[0]).toContain('or the value in config/secrets/STOCK_PASSWORD');
    expect(told(files, { env: { STOCK_PASSWORD: 'x' } })).toEqual([]);
    const looked = compile(files, { missingSecrets: 'warning' });
    expect(looked.findings).toMatchObject([{ code: 'SECRET_MISSING', severity: 'warning' }]);
    expect(() => looked.deployment!.secret('STOCK_PASSWORD')).toThrow(/not set/);
  });

  test('backup ports in a circle', () => {
    const one = changed(shop, 'transport: drop', 'transport: drop\n    backup: stock');
    const both = changed(shop, '    url: http://stock', '    backup: archive\n    url: http://stock', one);
    expectFinding(both, shop, 'BACKUP_CIRCLE', 'archive\n    url');
  });
});

describe('expressions', () => {
  test('a filter that is not CEL', () => {
    const files = changed(shop, 'order.kind == "large"', 'order.kind == ');
    expect(told(files)).toEqual([expect.stringMatching(/^shop\.yaml:19:\d+ EXPRESSION_INVALID/)]);
  });

  test('a fault rule that names no field of the answer', () => {
    const files = changed(shop, 'response.text == "no"', 'response.txet == "no"');
    expect(told(files)).toEqual([expect.stringMatching(/^shop\.yaml:15:\d+ EXPRESSION_INVALID.* text$/)]);
  });
});

describe('subscriptions', () => {
  const unsatisfiable = (filter: string, piece: string, suggestion = '') => {
    const files = changed(shop, 'message.type == "order" && order.kind == "large"', filter);
    expectFinding(files, shop, 'SUBSCRIPTION_UNSATISFIABLE', piece, suggestion);
  };

  test('a message type that does not exist', () => unsatisfiable('message.type == "oder"', '"oder"', 'order'));
  test('a value outside the enumeration', () => unsatisfiable('order.kind == "larg"', '"larg"', 'large'));
  test('a property that the type does not promote', () =>
    unsatisfiable('message.type == "answer" && order.kind == "large"', '"large"', 'message.type == "order"'));
  test('conditions that exclude each other', () =>
    unsatisfiable('order.id == "a" && order.id == "b"', 'order.id == "a"', 'order.id == "a" || order.id == "b"'));
  test('a port that does not exist', () => unsatisfiable('bus.receivePort == "oders"', '"oders"', 'orders'));
  test('one dead alternative among living ones', () =>
    unsatisfiable('message.type == "order" || message.type == "odrer"', '"odrer"', 'order'));

  test('a message type that is never published', () => {
    const more = {
      ...changed(shop, '"order" && order.kind == "large"', '"spare"'),
      'schemas/spare.message.yaml': 'message: spare\nschema: answer.schema.json\n',
    };
    expect(compile(more).findings).toMatchObject([
      { code: 'SUBSCRIPTION_UNSATISFIABLE', message: expect.stringContaining('produces') },
    ]);
  });

  test('what comes in and nobody takes is a warning', () => {
    const files = changed(shop, 'dedupe: order.id }', 'dedupe: order.id, message: [order, answer] }');
    const { findings, deployment } = compile(files);
    expect(findings).toMatchObject([{ code: 'NOBODY_SUBSCRIBES', severity: 'warning' }]);
    const { findings: lonely } = compile({
      ...changed(
        shop,
        'sendPorts:',
        '  spares:\n    locations:\n      web: { transport: web, path: /s, pipeline: json-receive, message: spare }\nsendPorts:',
      ),
      'schemas/spare.message.yaml': 'message: spare\nschema: answer.schema.json\n',
    });
    expect(lonely).toMatchObject([{ code: 'NOBODY_SUBSCRIBES', severity: 'warning' }]);
    expect(deployment).toBeDefined();
  });

  test('JSON of which nothing tells the type', () => {
    const files = changed(
      shop,
      'sendPorts:',
      '  spares:\n    locations:\n      web: { transport: web, path: /s, pipeline: json-receive }\nsendPorts:',
    );
    expectFinding(files, shop, 'MESSAGE_TYPE_UNSTATED', 'web: { transport: web, path: /s,');
  });
});

describe('environments', () => {
  const file = 'config/environments/test.yaml';

  test('overrides of what does not exist', () => {
    expectFinding(
      changed(file, 'orders/web', 'orders/wbe'),
      file,
      'UNKNOWN_RECEIVE_LOCATION',
      'orders/wbe',
      'orders/web',
    );
    expectFinding(changed(file, 'stock:', 'stok:'), file, 'UNKNOWN_PORT', 'stok', 'stock');
  });

  test('options that the transport does not know, in every environment', () => {
    expectFinding(changed(file, 'url:', 'ulr:'), file, 'UNKNOWN_KEY', 'ulr', 'url');
  });

  test('one that lies elsewhere, by its path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'environment-'));
    const path = join(folder, 'elsewhere.yaml');
    writeFileSync(
      path,
      'environment: elsewhere\nbus: { organisation: third }\nsendPorts:\n  stock: { url: "http://third" }\n',
    );
    const { bus, deployment } = compile(small, { environment: path });
    expect(bus.organisation).toBe('third');
    expect(deployment!.sendPorts[0]!.config).toMatchObject({ url: 'http://third' });
    expect(deployment!.definition.hash).toBe(compile(small).deployment!.definition.hash);
    expect(() => compile(small, { environment: join(folder, 'none.yaml') })).toThrow(/no such file/);
    rmSync(folder, { recursive: true });
  });

  test('one that does not exist', () => {
    expect(told(small, { environment: 'tset' })).toEqual(['environments:1:1 UNKNOWN_ENVIRONMENT test']);
  });
});

describe('one fault hides no other', () => {
  test.each([
    ['bindings', shop, 'bindings:', 'bindigns:', 'bindings'],
    ['sendPorts', shop, 'sendPorts:', 'sendports:', 'sendPorts'],
    ['response', shop, '    response: answer\n    locations', '    respons: answer\n    locations', 'response'],
    ['fields', 'mappings/order-to-answer.map.yaml', 'fields:', 'feilds:', 'fields'],
    ['message', orchestration, 'order, activate', 'order, activat', 'activate'],
  ])('%s misspelt: told once, and what stands below it is read all the same', (_, file, right, wrong, suggestion) => {
    const files = changed(file, right, wrong);
    const findings = told(files);
    expect(findings).toEqual([expect.stringMatching(new RegExp(`UNKNOWN_KEY ${suggestion}$`))]);
    const deeper = told(changed(shop, 'pipeline: json-receive', 'pipeline: none-such', files));
    expect(deeper).toHaveLength(2);
  });

  test('an orchestration misspelt in the bindings is checked as the one that was meant', () => {
    const files = changed(
      shop,
      'take-order: { orders: orders, stock: stock }',
      'take-oder: { orders: orders, stock: stok }',
    );
    expect(told(files)).toEqual([
      'shop.yaml:21:3 UNKNOWN_ORCHESTRATION take-order',
      'shop.yaml:21:39 UNKNOWN_PORT stock',
    ]);
  });

  test('a broken map: the orchestration that uses it is not blamed, and its own fault is found', () => {
    const map = 'mappings/order-to-answer.map.yaml';
    const broken = changed(map, '  text: order.id', '  text: order.id\n   more: x');
    const both = changed(shop, ', stock: stock', '', broken);
    const findings = told(both);
    expect(findings).toContain('order-to-answer.map.yaml:6:4 YAML_INDENTATION 2 spaces');
    expect(findings).toContain('shop.yaml:21:3 UNBOUND_PORT stock: stock');
    expect(findings.some((each) => each.startsWith('take-order'))).toBe(false);
  });

  test.each(Object.keys(small).filter((path) => path.endsWith('.yaml')))('%s of which nothing can be read', (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    for (const lost of ['{{{{', '"never closed\n- a: b: c\n\tx', '']) {
      const findings = told({ ...small, [path]: lost });
      expect(findings.filter((each) => !each.startsWith(`${name}:`))).toEqual([]);
    }
  });
});
