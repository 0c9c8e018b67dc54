/** Certificates for tests, made as they are needed: an authority, and what it signs for servers and for clients. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { generate } from 'selfsigned';

export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, unsealed. */
  readonly key: string;
}

export interface Authority extends Certificate {
  /** For 127.0.0.1 and localhost, and good for both ends of a connection. */
  issue(commonName: string): Promise<Certificate>;
}

const LIFE = 365 * 24 * 3_600_000;

export async function createAuthority(name = 'Northmoor Test Authority'): Promise<Authority> {
  const made = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    ...lifetime(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  return { certificate: made.cert, key: made.private, issue: (commonName) => issue(commonName, made) };
}

async function issue(commonName: string, authority: { cert: string; private: string }): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keySize: 2048,
    ...lifetime(),
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

/** A day before now to a year after, so that clocks that jump in tests do no harm. */
function lifetime() {
  const now = Date.now();
  return { notBeforeDate: new Date(now - 86_400_000), notAfterDate: new Date(now + LIFE) };
}

export interface TlsFront {
  readonly port: number;
  /** The common names of the clients that came in, in order; empty for one without a certificate. */
  readonly clients: readonly string[];
  close(): Promise<void>;
}

/** Speaks TLS to clients, and plain TCP to the server behind it. */
export async function startTlsFront(
  target: { hostname: string; port: number },
  options: TlsOptions,
): Promise<TlsFront> {
  const clients: string[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer(options, (near) => {
    sockets.add(near);
    clients.push(String(near.getPeerCertificate().subject?.CN ?? ''));
    const far = connect(target.port, target.hostname);
    near.on('error', () => far.destroy()).on('close', () => far.destroy());
    far.on('error', () => near.destroy()).on('close', () => near.destroy());
    near.pipe(far).pipe(near);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: (server.address() as { port: number }).port, clients, close };
}
