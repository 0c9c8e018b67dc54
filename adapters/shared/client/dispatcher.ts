/** Connections of HTTP clients: kept and shared, with TLS of our own terms, and through a proxy where there is one. */
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import type { AdapterContext, JsonSchema } from '../../../runtime/contracts/adapter.ts';
import { type TlsConfig, tlsClientOptions } from '../tls.ts';
import { closed, type Secret, secret, text } from './schema.ts';

export interface ProxyConfig {
  readonly url: string;
  readonly user?: string;
  readonly password?: Secret;
}

export interface ConnectionConfig {
  readonly connections?: number;
  readonly tls?: TlsConfig;
  readonly proxy?: ProxyConfig;
}

export const proxySchema: JsonSchema = {
  ...closed(
    'The proxy that requests go through; to an https address by a tunnel',
    {
      url: { ...text('Its address, as http://proxy.example.gov.uk:3128'), pattern: '^https?://[^/?#@\\s]+/?$' },
      user: text('The user that it asks for'),
      password: secret('The password that it asks for'),
    },
    ['url'],
  ),
  dependentRequired: { user: ['password'], password: ['user'] },
};

const CONNECT_TIMEOUT = 10_000;

/** To one place. Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function createPool(origin: string, config: ConnectionConfig, context: AdapterContext): Dispatcher {
  const { connections = 1, tls, proxy } = config;
  if (proxy) return throughProxy(proxy, config, context);
  const guard = context.lookup ? { lookup: context.lookup } : {};
  return new Pool(origin, { ...limits, connections, connect: { ...connectOptions(tls, context), ...guard } });
}

/** To any place. */
export function createAgent(config: ConnectionConfig, context: AdapterContext): Dispatcher {
  const { connections = 1, tls, proxy } = config;
  if (proxy) return throughProxy(proxy, config, context);
  return new Agent({ ...limits, connections, connect: connectOptions(tls, context) });
}

/** How long an answer may take is for whoever asks to say. */
const limits = { pipelining: 1, headersTimeout: 0, bodyTimeout: 0 } as const;

const connectOptions = (tls: TlsConfig | undefined, context: AdapterContext) => ({
  timeout: CONNECT_TIMEOUT,
  ...tlsClientOptions(tls, context),
});

function throughProxy(proxy: ProxyConfig, config: ConnectionConfig, context: AdapterContext): ProxyAgent {
  const { url, user, password } = proxy;
  const requestTls = connectOptions(config.tls, context);
  const common = {
    ...limits,
    connections: config.connections ?? 1,
    requestTls,
    proxyTls: { timeout: CONNECT_TIMEOUT },
  };
  const options = { ...common, uri: url, proxyTunnel: false };
  if (user === undefined || password === undefined) return new ProxyAgent(options);
  const encoded = Buffer.from(`${user}:${context.secret(password.secret)}`).toString('base64');
  return new ProxyAgent({ ...options, token: `Basic ${encoded}` });
}
