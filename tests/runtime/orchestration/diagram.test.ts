/** Pictures of orchestrations: everything is on them, they are well-formed whatever is written, and they show where an instance went. */
import { SaxesParser } from 'saxes';
import { marksOf } from '../../../runtime/orchestration/diagram/marks.ts';
import { mermaidOf } from '../../../runtime/orchestration/diagram/mermaid.ts';
import { type OutlineNode, outlineOf } from '../../../runtime/orchestration/diagram/outline.ts';
import { svgOf } from '../../../runtime/orchestration/diagram/svg.ts';
import { readYaml } from '../../../runtime/solution/read-yaml.ts';
import { Driver, type Happening } from './driver.ts';
import { CORRELATED, compileText, HEAD } from './orchestration-fixture.ts';

const TEXT = `${HEAD}${CORRELATED}  - scope:
      name: ask <them>
      do:
        - request: { port: works, send: order, response: answer, timeout: 1m }
      catch:
        - error: works.Full
          do:
            - terminate: no room
      compensate:
        - send: { port: office, message: order }
  - decide:
      - when: order.kind == "a" && count < 2
        do:
          - transform: { map: order-to-receipt, from: order, to: receipt }
          - send: { name: tell, port: orders, message: receipt }
      - else:
          - throw: { error: Odd }
  - while:
      when: count < 3
      do:
        - listen:
            - receive: { port: updates, message: update, follows: by-number }
            - delay: 7d
              do:
                - complete: nothing came
`;

const drawn = () => {
  const { program } = compileText(TEXT);
  const { source } = readYaml('orchestrations/test.orchestration.yaml', TEXT);
  return { program: program!, outline: outlineOf(program!, source) };
};

const told = (nodes: readonly OutlineNode[], indent = ''): string[] =>
  nodes.flatMap((node) => [
    `${indent}${[node.kind, node.name, node.detail].filter((each) => each !== '').join(' | ')}`,
    ...node.branches.flatMap(({ title, role, nodes: inner }) => [
      `${indent}  [${role}] ${title}`,
      ...told(inner, `${indent}    `),
    ]),
  ]);

test('the outline tells every shape and every way', () => {
  expect(told(drawn().outline.nodes)).toEqual([
    'receive | orders → order',
    'scope | ask <them>',
    '  [main] ',
    '    request | order → works → answer',
    '  [error] on works.Full',
    '    terminate | no room',
    '  [undo] to undo it',
    '    send | order → office',
    'decide',
    '  [main] order.kind == "a" && count < 2',
    '    transform | order → receipt by order-to-receipt',
    '    send | tell | receipt → orders',
    '  [main] otherwise',
    '    throw | error Odd',
    'while | count < 3',
    '  [main] ',
    '    listen',
    '      [main] updates → update',
    '      [main] after 7d',
    '        complete | nothing came',
  ]);
});

/** The texts of a well-formed XML document; throws where it is none. */
function textsOf(xml: string): string[] {
  const texts: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (thrown) => {
    throw thrown;
  });
  parser.on('text', (text) => void texts.push(text.trim()));
  parser.write(xml).close();
  return texts.filter((text) => text !== '');
}

test('the SVG is well-formed, holds every word, and no box lies over another', () => {
  const svg = svgOf(drawn().outline);
  const texts = textsOf(svg);
  for (const word of ['ask <them>', 'order.kind == "a" && count < 2', 'on works.Full', 'to undo it', 'nothing came'])
    expect(texts).toContain(word);
  const boxes = [
    ...svg.matchAll(/<rect class="box[^"]*" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
  ];
  const areas = boxes.map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number]);
  expect(areas).toHaveLength(12);
  for (const [index, one] of areas.entries())
    for (const other of areas.slice(index + 1))
      expect(apart(one, other) || within(one, other) || within(other, one)).toBe(true);
});

type Area = readonly [number, number, number, number];

const apart = ([x, y, w, h]: Area, [a, b, c, d]: Area) => x + w <= a || a + c <= x || y + h <= b || b + d <= y;
const within = ([x, y, w, h]: Area, [a, b, c, d]: Area) => x >= a && y >= b && x + w <= a + c && y + h <= b + d;

test('hostile words break neither picture', () => {
  const text = TEXT.replace('no room', '"]]> <script>alert(\'x\')</script> & \\u0001 --> end subgraph"');
  const { program } = compileText(text);
  const { source } = readYaml('orchestrations/test.orchestration.yaml', text);
  const outline = outlineOf(program!, source);
  const svg = svgOf(outline);
  expect(svg).not.toContain('<script');
  expect(textsOf(svg).join(' ')).toContain("<script>alert('x')");
  expect(mermaidOf(outline)).not.toMatch(/<script|"[^"\n]*"[^"\n]*"\]/);
});

test('Mermaid: each shape is a node that is reached, and choices say when', () => {
  const lines = mermaidOf(drawn().outline).split('\n');
  expect(lines[0]).toBe('flowchart TD');
  const nodes = lines.flatMap((line) => /^\s*(s\d+)[[{(]/.exec(line)?.[1] ?? []);
  const reached = lines.flatMap((line) => /--?\.?->(?:\|"[^|]*"\|)? (s\d+)$/.exec(line)?.[1] ?? []);
  expect(nodes).toHaveLength(12);
  expect(nodes.filter((id) => !reached.includes(id))).toEqual(['s1']);
  expect(lines).toContainEqual(expect.stringMatching(/-\.->\|"on works\.Full"\|/));
  expect(lines).toContainEqual(expect.stringMatching(/-->\|"after 7d"\|/));
  expect(lines.filter((line) => line.trim().startsWith('subgraph'))).toHaveLength(2);
});

function wayOf(...happenings: Happening[]) {
  const { program, outline } = drawn();
  const driver = new Driver(program);
  const commands = happenings.flatMap((happening) => [...driver.commandsOf(happening)]);
  const history = commands.flatMap((command) =>
    command.kind === 'track' ? [{ name: command.name, data: { shape: command.shape, ...command.data } }] : [],
  );
  const marks = marksOf(outline, driver.instance, history);
  return { outline, marks, of: (id: string) => marks.get(id) };
}

const ORDER: Happening = { receive: { port: 'orders', type: 'order', document: { number: 'A', kind: 'a' } } };
const ANSWER: Happening = { respond: { send: 1, type: 'answer', document: {} } };

test('marks show the way of an instance and where it stands', () => {
  const asked = wayOf(ORDER);
  expect([...asked.marks]).toEqual(
    expect.arrayContaining([
      ['body.0.receive', 'passed'],
      ['body.1.scope', 'passed'],
      ['body.1.scope.do.0.request', 'here'],
    ]),
  );
  expect(asked.marks.size).toBe(3);
  const further = wayOf(ORDER, ANSWER);
  expect(further.of('body.1.scope.do.0.request')).toBe('passed');
  expect(further.of('body.2.decide.0.do.0.transform')).toBe('passed');
  expect(further.of('body.3.while.do.0.listen')).toBe('here');
  expect(further.of('body.1.scope.compensate.0.send')).toBeUndefined();
  expect(svgOf(further.outline, further.marks)).toContain('stands here');
});

test('a suspended instance is marked where it failed, one that ended nowhere', () => {
  const failed = wayOf(ORDER, { refuse: { send: 1, code: 'ENDPOINT_REFUSED', fault: 'Other' } });
  expect(failed.of('body.1.scope.do.0.request')).toBe('failed');
  const ended = wayOf(ORDER, { refuse: { send: 1, code: 'ENDPOINT_REFUSED', fault: 'Full' } });
  expect([...ended.marks.values()].every((mark) => mark === 'passed')).toBe(true);
  expect(ended.of('body.1.scope.catch.0.do.0.terminate')).toBe('passed');
});
