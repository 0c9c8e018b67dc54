/** TLS between the adapter and a real RabbitMQ: who is trusted, and who we are. */
import { eventually } from '../../../runtime/testing/eventually.ts';
import { testMessage } from '../../../runtime/testing/test-message.ts';
import { type Authority, createAuthority, startTlsFront, type TlsFront } from '../../servers/certificates.ts';
import { type TestBroker, whileConsuming, withBroker, withPort } from './broker.ts';

const never = new AbortController().signal;
const message = () => testMessage({ id: 'm1', bytes: Buffer.from('{}'), contentType: 'application/json' });

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority();
});

async function withTls(work: (broker: TestBroker, url: string, front: TlsFront) => Promise<void>): Promise<void> {
  const { certificate: cert, key } = await authority.issue('broker');
  await withBroker(async (broker) => {
    const { hostname, port } = new URL(broker.url);
    const options = { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
    const front = await startTlsFront({ hostname, port: Number(port) }, options);
    const url = new URL(broker.url);
    url.protocol = 'amqps:';
    url.port = String(front.port);
    try {
      await work(broker, url.href, front);
    } finally {
      await front.close();
    }
  });
}

async function secretsOf(commonName: string, by = authority) {
  const mine = await by.issue(commonName);
  const known = new Map([
    ['CA', authority.certificate],
    ['CERTIFICATE', mine.certificate],
    ['KEY', mine.key],
  ]);
  return { secret: (name: string) => known.get(name)! };
}

const tls = { ca: { secret: 'CA' }, certificate: { secret: 'CERTIFICATE' }, key: { secret: 'KEY' } };

test('both ends show their certificates, in both directions', () =>
  withTls(async ({ name }, url, front) => {
    const secrets = await secretsOf('guildhall');
    await withPort({ url, queue: name, tls }, (port) => port.send(message(), never).then(() => {}), secrets);
    await whileConsuming(
      { url, queue: name, tls },
      (location) => eventually('it is seen', () => location.seen.length === 1),
      secrets,
    );
    expect(front.clients).toEqual(['guildhall', 'guildhall']);
  }));

test('a broker whose authority is not trusted gets nothing', () =>
  withTls(async ({ name, channel }, url) => {
    await withPort({ url, queue: name }, async (port) => {
      const failed = port.send(message(), never);
      await expect(failed).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE', kind: 'transient' });
      await expect(failed).rejects.toThrow(/certificate/);
    });
    expect((await channel.checkQueue(name)).messageCount).toBe(0);
  }));

test('a name that the certificate is not for is refused', () =>
  withTls(async ({ name }, url) => {
    const named = { ...tls, serverName: 'other.example.gov.uk' };
    await withPort(
      { url, queue: name, tls: named },
      (port) => expect(port.send(message(), never)).rejects.toThrow(/other\.example\.gov\.uk|altnames/),
      await secretsOf('guildhall'),
    );
  }));

test('what is no certificate is told of before anything is sent', () =>
  withTls(async ({ name }, url) => {
    const secret = () => 'not a certificate';
    await withPort(
      { url, queue: name, tls },
      (port) => expect(port.send(message(), never)).rejects.toMatchObject({ code: 'ADAPTER_CONFIG', kind: 'config' }),
      { secret },
    );
    await withPort({ url, queue: name, tls: { ca: 'config/nothing.pem' } }, (port) =>
      expect(port.send(message(), never)).rejects.toThrow(/tls\.ca cannot be read/),
    );
  }));
