/** Multiparts: those of browsers, mail programs and Java services come apart, and what is put together others can read. */
import { bytesOf, type Message, type Part, partOf } from '../../../../runtime/contracts/message.ts';
import { components } from '../../../../runtime/pipelines/components/index.ts';
import type { MimeAssembleOptions } from '../../../../runtime/pipelines/components/mime-assemble.ts';
import type { MimeDisassembleOptions } from '../../../../runtime/pipelines/components/mime-disassemble.ts';
import { fc } from '../../../properties.ts';
import { failure, messageOf, propertiesOf, run } from '../runs.ts';

const pipeline = (name: string, config: object) => ({
  name: 'p',
  steps: [{ component: components.find((each) => each.name === name)!, config }],
});
const partWith = (bytes: string | Uint8Array, contentType: string) =>
  messageOf(partOf(Buffer.from(bytes), contentType));
const apart = (message: Message, options: MimeDisassembleOptions = {}) =>
  run(pipeline('mime-disassemble', options), message);
const together = async (message: Message, options: MimeAssembleOptions = {}) =>
  (await run(pipeline('mime-assemble', options), message))[0]!;
const told = async ({ parts }: Message) =>
  Promise.all(parts.map(async (part) => [part.name, part.contentType, Buffer.from(await bytesOf(part)).toString()]));

/** As Python's email package writes it. */
const MAIL = `From: planning@northmoor.example
MIME-Version: 1.0
Subject: Decisions
Content-Type: multipart/mixed; boundary="===============7654=="

A preamble that nobody reads.
--===============7654==
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Caf=C3=A9 on the corner, a long line that =
goes on
--inner
Content-Type: text/html; charset="utf-8"

<p>--inner is no boundary here</p>
--inner--

--===============7654==
Content-Type: application/xml
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename*0="decision-";
 filename*1="7.xml"

PGRlY2lzaW9uPgo8L2Rl
Y2lzaW9uPg==
--===============7654==
Content-Type: application/pdf; name="=?utf-8?b?UGxhbiDigqwucGRm?="
Content-Disposition: attachment; filename*=utf-8''Plan%20%E2%82%AC.pdf

%PDF
--===============7654==--
An epilogue.
`;

test.each([
  ['\n', MAIL],
  ['\r\n', MAIL.replaceAll('\n', '\r\n')],
])('a mail with nested parts, lines ending in %j', async (_, text) => {
  const [made] = await apart(messageOf(text), { contentType: 'application/xml' });
  expect((await told(made!)).map(([name, type, content]) => [name, type, content!.replaceAll('\r\n', '\n')])).toEqual([
    ['body', 'application/xml', '<decision>\n</decision>'],
    ['part-2', 'text/plain; charset="utf-8"', 'Café on the corner, a long line that goes on'],
    ['part-3', 'text/html; charset="utf-8"', '<p>--inner is no boundary here</p>'],
    ['Plan €.pdf', 'application/pdf; name="=?utf-8?b?UGxhbiDigqwucGRm?="', '%PDF'],
  ]);
  expect(propertiesOf(made!)).toMatchObject({ 'mime.name': ['decision-7.xml'] });
});

test.each([
  [{}, 'Café on the corner, a long line that goes on'],
  [{ index: 4 }, '%PDF'],
  [{ name: '*.xml' }, '<decision>\n</decision>'],
  [{ contentType: 'text/*', index: 2 }, '<p>--inner is no boundary here</p>'],
] as [MimeDisassembleOptions, string][])('%j asks for the body', async (options, body) => {
  const [made] = await apart(messageOf(MAIL), options);
  expect((await told(made!))[0]![2]).toBe(body);
});

test('a message for each part that is asked for, which knows its place', async () => {
  const made = await apart(messageOf(MAIL), { as: 'messages', contentType: 'application/*' });
  expect(made.map((each) => [each.id, propertiesOf(each)['mime.part'], propertiesOf(each)['mime.name']])).toEqual([
    ['new-1', [3], ['decision-7.xml']],
    ['new-2', [4], ['Plan €.pdf']],
  ]);
  expect(await told(made[1]!)).toEqual([['body', 'application/pdf; name="=?utf-8?b?UGxhbiDigqwucGRm?="', '%PDF']]);
});

test('a form as fetch writes it', async () => {
  const form = new FormData();
  form.set('reference', 'P/7');
  form.set('plan', new Blob([Uint8Array.of(0, 255, 13, 10, 45, 45)], { type: 'application/pdf' }), 'a "plan".pdf');
  const sent = new Response(form);
  const [made] = await apart(partWith(new Uint8Array(await sent.arrayBuffer()), sent.headers.get('content-type')!), {
    contentType: 'application/pdf',
  });
  expect(Buffer.from(await bytesOf(made!.parts[0]))).toEqual(Buffer.of(0, 255, 13, 10, 45, 45));
  expect(made!.parts.map(({ name }) => name)).toEqual(['body', 'reference']);
});

test('what is no multipart is refused, or passes where that is allowed', async () => {
  const message = partWith('<a/>', 'application/xml');
  expect(await failure(apart(message))).toMatchObject({ code: 'PACKING_BROKEN', kind: 'message' });
  expect(await apart(message, { others: 'pass' })).toEqual([message]);
});

test.each([
  ['multipart/mixed', '--b\r\n\r\nx\r\n--b--', 'no boundary'],
  ['multipart/mixed; boundary=c', '--b\r\n\r\nx\r\n--b--', 'nowhere'],
  ['multipart/mixed; boundary=b', '--b\r\n\r\nx', 'has no end'],
  ['multipart/mixed; boundary=b', '--b\r\nno header\r\n\r\nx\r\n--b--', 'is no header'],
  ['multipart/mixed; boundary=b', `--b\r\nA: ${'x'.repeat(17_000)}\r\n\r\nx\r\n--b--`, 'do not end within'],
  ['multipart/mixed; boundary=b', `${'--b\r\n\r\nx\r\n'.repeat(101)}--b--`, 'more than 100 parts'],
  ['multipart/mixed; boundary=b', '--b\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nx\r\n--b--', 'x-uuencode'],
  ['multipart/mixed; boundary=b', '--b--', 'no parts'],
])('%s %j is refused', async (type, body, reason) => {
  const error = await failure(apart(partWith(body, type)));
  expect(error).toMatchObject({ code: 'PACKING_BROKEN', kind: 'message' });
  expect(error.message).toContain(reason);
});

test('multiparts within multiparts without end are refused', async () => {
  let body = 'x';
  for (let depth = 0; depth < 20; depth += 1)
    body = `--b${depth}\r\nContent-Type: multipart/mixed; boundary=b${depth - 1}\r\n\r\n${body}\r\n--b${depth}--`;
  expect((await failure(apart(partWith(body, 'multipart/mixed; boundary=b19')))).message).toContain('nested deeper');
});

test('a part that is not there suspends the message', async () => {
  expect((await failure(apart(messageOf(MAIL), { contentType: 'image/png' }))).message).toContain(
    'none of its 4 parts',
  );
});

const attached = (...parts: Part[]) =>
  messageOf(partOf(Buffer.from('<a/>'), 'application/xml'), {
    parts: [partOf(Buffer.from('<a/>'), 'application/xml'), ...parts],
  });

test('a form that fetch reads', async () => {
  const made = await together(attached(partOf(Buffer.of(0, 255), 'image/png', 'photo "1".png')), {
    subtype: 'form-data',
    field: 'claim',
    name: '{origin}.xml',
  });
  const [{ contentType }] = made.parts;
  const read = await new Response(new Uint8Array(await bytesOf(made.parts[0])), {
    headers: { 'content-type': contentType },
  }).formData();
  const claim = read.get('claim') as File;
  expect([claim.name, claim.type, await claim.text()]).toEqual(['here.xml', 'application/xml', '<a/>']);
  const photo = [...read.values()][1] as File;
  expect(Buffer.from(await photo.arrayBuffer())).toEqual(Buffer.of(0, 255));
});

test.each(['mixed', 'related', 'form-data'] as const)(
  '%s comes apart again, with headers in the body or without',
  async (subtype) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (all, headers) => {
          const parts = all.map((bytes, index) => partOf(bytes, 'application/octet-stream', `n${index}`)) as [
            Part,
            ...Part[],
          ];
          const made = await together(messageOf('', { parts }), { subtype, headers });
          const [back] = await apart(made);
          expect(await Promise.all(back!.parts.map(async (part) => [...(await bytesOf(part))]))).toEqual(
            all.map((each) => [...each]),
          );
        },
      ),
      { seed: 5, numRuns: 40 },
    );
  },
);
