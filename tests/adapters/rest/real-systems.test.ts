/** The ways of systems that councils have, against servers written after their public documentation. */
import { rest } from '../../../adapters/rest/adapter.ts';
import type { RestSendConfig } from '../../../adapters/rest/send.ts';
import { createSimulatedClock } from '../../../runtime/clock/simulated.ts';
import { createSystemClock } from '../../../runtime/clock/system.ts';
import type { AdapterContext, Incoming, SendPort } from '../../../runtime/contracts/adapter.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { bytesOf } from '../../../runtime/contracts/message.ts';
import { createHttpListener } from '../../../runtime/host/http-listener.ts';
import { testAdapterContext } from '../../../runtime/testing/adapter-context.ts';
import { eventually } from '../../../runtime/testing/eventually.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { openBus } from '../../solution/open-bus.ts';
import { openPay, PAY_KEY, type Pay, paySignature, WEBHOOK_SECRET } from './far-ends/govuk-pay.ts';
import { NOTIFY_KEY, openNotify, TEMPLATE } from './far-ends/notify.ts';
import { API_KEY, JURISDICTION, type Open311, openOpen311 } from './far-ends/open311.ts';

const never = new AbortController().signal;
const secrets: Readonly<Record<string, string>> = {
  PAY: PAY_KEY,
  WEBHOOK: WEBHOOK_SECRET,
  NOTIFY: NOTIFY_KEY,
  OPEN311: API_KEY,
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function open(config: RestSendConfig, context: Partial<AdapterContext> = {}): SendPort {
  const port = rest.send!(config, testAdapterContext({ twoWay: true, secret: (name) => secrets[name]!, ...context }));
  closing.push(() => port.close());
  return port;
}

let count = 0;
const message = (document: unknown, properties = {}, id = `m${++count}`) =>
  testMessage({ id, bytes: Buffer.from(JSON.stringify(document)), contentType: 'application/json', properties });

const textOf = async (answer: Incoming | undefined) => Buffer.from(await bytesOf(answer!.parts[0])).toString();
const propertyIn = (answer: Incoming | undefined, name: string) => answer!.context.get(name)?.value;
const failure = (work: Promise<unknown>): Promise<BusError> =>
  work.then(
    () => Promise.reject(new Error('It resolved.')),
    (thrown) => thrown as BusError,
  );

describe('GOV.UK Pay', () => {
  let pay: Pay;
  beforeEach(async () => {
    pay = await openPay();
    closing.push(pay.close);
  });
  const payment = {
    amount: 14_500,
    reference: 'GW-1',
    description: 'Garden waste',
    return_url: 'https://northmoor.example/done',
  };
  const payments = () =>
    open({ url: `${pay.address}/v1/payments`, auth: { type: 'bearer', token: { secret: 'PAY' } } });

  test('a payment is created once, and found where its Location says', async () => {
    const port = payments();
    const first = await port.send(message(payment, {}, 'one'), never);
    const again = await port.send(message(payment, {}, 'one'), never);
    expect(propertyIn(first, 'http.status')).toBe(201);
    expect(JSON.parse(await textOf(first))).toMatchObject({ state: { status: 'created' }, amount: 14_500 });
    expect(propertyIn(again, 'http.location')).toBe(propertyIn(first, 'http.location'));
    expect(pay.payments.size).toBe(1);
    const { payment_id: id } = JSON.parse(await textOf(first));
    const look = open({
      method: 'GET',
      url: `${pay.address}/v1/payments/{payment.id}`,
      auth: { type: 'bearer', token: { secret: 'PAY' } },
    });
    const found = await look.send(message({}, { 'payment.id': id }), never);
    expect(JSON.parse(await textOf(found))).toMatchObject({ payment_id: id, reference: 'GW-1' });
  });

  test('what is wrong is told with its code; too many requests are tried again', async () => {
    const port = payments();
    const { amount: _left, ...lacking } = payment;
    expect(await failure(port.send(message(lacking), never))).toMatchObject({
      kind: 'message',
      detail: { code: 'P0101', field: 'amount' },
    });
    expect(await failure(port.send(message({ ...payment, amount: 10_000_001 }), never))).toMatchObject({
      kind: 'message',
      detail: { code: 'P0102' },
    });
    await port.send(message(payment, {}, 'same'), never);
    const conflict = await failure(port.send(message({ ...payment, amount: 1 }, {}, 'same'), never));
    expect(conflict).toMatchObject({ kind: 'message', detail: { code: 'P0191' } });
    pay.refuseNext(1);
    expect(await failure(port.send(message(payment, {}, 'busy'), never))).toMatchObject({
      code: 'ENDPOINT_BUSY',
      kind: 'transient',
    });
    await port.send(message(payment, {}, 'busy'), never);
    expect(pay.payments.size).toBe(2);
  });

  test('webhooks are taken by their signature, and no others', async () => {
    const listener = createHttpListener('127.0.0.1:0', createSystemClock());
    await listener.start();
    const seen: string[] = [];
    const stopping = new AbortController();
    const access = { hmac: { header: 'Pay-Signature', keys: [{ secret: 'WEBHOOK' }] } };
    const config = { path: '/payments/events', access, successStatus: 200 };
    const location = rest.receive!(config, testAdapterContext({ http: listener, secret: (name) => secrets[name]! }));
    const running = location.run(async ([incoming]) => {
      seen.push(await textOf(incoming));
      return [{ messageId: 'm', outcome: 'accepted' }];
    }, stopping.signal);
    closing.push(async () => {
      stopping.abort();
      await running;
      await listener.stop();
    });
    const url = `${listener.address}/payments/events`;
    const event = {
      webhook_message_id: 'w1',
      event_type: 'card_payment_succeeded',
      resource_id: 'p1',
      resource: { amount: 14_500 },
    };
    expect((await pay.notify(url, event)).status).toBe(200);
    expect(seen).toEqual([JSON.stringify(event)]);
    for (const wrong of [
      () => '',
      (body: string) => paySignature(`${body} `),
      (body: string) => `${paySignature(body)}00`,
    ]) {
      expect((await pay.notify(url, event, wrong)).status).toBe(401);
    }
    expect(seen).toHaveLength(1);
  });
});

describe('GOV.UK Notify', () => {
  const sms = (phone: string, more = {}) =>
    message({ phone_number: phone, template_id: TEMPLATE, personalisation: { reference: 'C1' }, ...more });

  test('texts go out however much later the port sends again', async () => {
    const clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
    const notify = await openNotify(clock.now);
    closing.push(notify.close);
    const port = open(
      { url: `${notify.address}/v2/notifications/sms`, auth: { type: 'notify', key: { secret: 'NOTIFY' } } },
      { clock },
    );
    for (const later of [0, 5000, 26_000, 3_600_000]) {
      await clock.advance(later);
      const answer = await port.send(sms('07700900123'), never);
      expect(propertyIn(answer, 'http.status')).toBe(201);
      expect(JSON.parse(await textOf(answer))).toMatchObject({ content: { body: 'Case C1' } });
    }
  });

  test('errors are told by their names, and the limit is waited for', async () => {
    const clock = createSimulatedClock(Date.UTC(2026, 5, 1, 8));
    const notify = await openNotify(clock.now);
    closing.push(notify.close);
    const port = open(
      { url: `${notify.address}/v2/notifications/sms`, auth: { type: 'notify', key: { secret: 'NOTIFY' } } },
      { clock },
    );
    const told = async (sent: Promise<unknown>) => {
      const { kind, detail } = await failure(sent);
      return [kind, (detail as { errors: { error: string }[] }).errors[0]!.error];
    };
    expect(await told(port.send(sms('0770'), never))).toEqual(['message', 'ValidationError']);
    expect(await told(port.send(sms('07700900123', { personalisation: {} }), never))).toEqual([
      'message',
      'BadRequestError',
    ]);
    expect(await told(port.send(sms('07700900999'), never))).toEqual(['transient', 'RateLimitError']);
  });
});

describe('Open311', () => {
  let far: Open311;
  beforeEach(async () => {
    far = await openOpen311(2);
    closing.push(far.close);
  });
  const report = {
    api_key: API_KEY,
    jurisdiction_id: JURISDICTION,
    service_code: 'pothole',
    lat: '51.5',
    long: '-0.1',
    description: 'Deep & wide: 50%',
    attribute: { SIZE: 'large', PLACES: ['road', 'path'] },
  };
  const reporting = (format: string) => open({ url: `${far.address}/v2/requests.${format}`, body: 'form' });

  test.each(['json', 'xml'])('a report as a form, answered in %s', async (format) => {
    const answer = await reporting(format).send(message(report), never);
    expect(propertyIn(answer, 'http.status')).toBe(201);
    const text = await textOf(answer);
    expect(text).toContain(
      format === 'json' ? '"service_request_id":"r1"' : '<service_request_id>r1</service_request_id>',
    );
    const form = far.forms[0]!;
    expect(form.get('description')).toBe('Deep & wide: 50%');
    expect([form.get('attribute[SIZE]'), form.getAll('attribute[PLACES][]')]).toEqual(['large', ['road', 'path']]);
  });

  test.each(['json', 'xml'])('what is wrong is told in words, from %s', async (format) => {
    const port = reporting(format);
    const denied = await failure(port.send(message({ ...report, api_key: 'x' }), never));
    expect(denied).toMatchObject({ code: 'ENDPOINT_DENIED', message: expect.stringContaining('api_key') });
    const refused = await failure(port.send(message({ ...report, lat: null }), never));
    expect(refused).toMatchObject({ kind: 'message', message: expect.stringContaining('a location is needed') });
  });

  test('a batch service gives a token, which is asked for until it is a number', async () => {
    const created = await reporting('json').send(message({ ...report, service_code: 'tree' }), never);
    const [{ token }] = JSON.parse(await textOf(created));
    const ask = open({
      method: 'GET',
      url: `${far.address}/v2/tokens/{report.token}.json?jurisdiction_id=${JURISDICTION}`,
    });
    const numberOf = async () =>
      JSON.parse(await textOf(await ask.send(message({}, { 'report.token': token }), never)))[0].service_request_id;
    expect(await numberOf()).toBeUndefined();
    far.number();
    expect(await numberOf()).toBe('r1');
  });

  test('a bus polls what was updated, and takes each update once', async () => {
    const minute = (n: number) => new Date(createSystemClock().now() - (30 - n) * 60_000).toISOString();
    far.reports.push(...[1, 2, 3, 4, 5].map((n) => ({ id: `r${n}`, updated: minute(n), status: 'open' })));
    const bus = await openBus({
      'config/bus.yaml': 'bus: polling\norganisation: northmoor\nstore: memory\n',
      'config/applications/polling.yaml': `application: polling
receivePorts:
  changes:
    locations:
      open311:
        transport: rest
        poll:
          url: "${far.address}/v2/requests.json?jurisdiction_id=${JURISDICTION}&updated_after={since}"
          every: 20ms
          items: $
          pages: { by: page, parameter: page, size: 2 }
        pipeline: changes
        message: change
        dedupe: [change.id, change.updated]
sendPorts:
  out: { transport: file, folder: out, pipeline: pass-through, filter: message.type == "change" }
`,
      'config/pipelines/changes.pipeline.yaml': `pipeline: changes\nsteps:\n  - json-disassemble: { records: $ }\n`,
      'schemas/change.message.yaml': `message: change\nschema: change.schema.json\npromote: { change.id: service_request_id, change.updated: updated_datetime }\n`,
      'schemas/change.schema.json': JSON.stringify({
        type: 'object',
        required: ['service_request_id', 'status'],
        properties: {
          service_request_id: { type: 'string' },
          updated_datetime: { type: 'string' },
          status: { type: 'string' },
        },
      }),
    });
    closing.push(() => bus.stop());
    const states = () =>
      bus
        .delivered()
        .map((text) => JSON.parse(text))
        .map(({ service_request_id: id, status }) => `${id} ${status}`)
        .sort();
    await eventually('all are delivered', () => states().length >= 5);
    far.reports[2] = { id: 'r3', updated: minute(30), status: 'closed' };
    await eventually('the change is delivered', () => states().length >= 6);
    const before = far.requests.length;
    await eventually('it went on asking', () => far.requests.length > before + 6);
    expect(states()).toEqual(['r1 open', 'r2 open', 'r3 closed', 'r3 open', 'r4 open', 'r5 open']);
    expect(await bus.suspended()).toEqual([]);
  });
});
