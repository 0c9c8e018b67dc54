/**
 * Sessions of a SOAP service: a call that logs on, and what it gave carried by all others. Promises: however many calls wait, one
 * logon at a time; a call that finds its session over is tried once more under a new one; closing the port ends the session.
 */
import { CookieJar } from 'tough-cookie';
import type { AdapterContext } from '../../../runtime/contracts/adapter.ts';
import { parseDuration } from '../../../runtime/contracts/duration.ts';
import type { BusError } from '../../../runtime/contracts/errors.ts';
import { asBusError, reasonOf } from '../../../runtime/errors/as-bus-error.ts';
import { busError } from '../../../runtime/errors/bus-error.ts';
import { createRenewed, type Fetched } from '../../shared/client/auth/renewed.ts';
import { keepCookies } from '../../shared/client/auth/session.ts';
import { textFrom } from '../../shared/client/schema.ts';
import { createFarEnd, type Extras, type FarEnd, type FarEndConfig, type Request, readable } from '../far-end.ts';
import type { HttpAnswer } from '../way.ts';
import { SESSION_DEFAULTS, type SessionConfig } from './config.ts';
import { compileExpiry } from './expiry.ts';
import { valueAt, withValueAt } from './paths.ts';
import { fillIn } from './template.ts';

export interface Sessions {
  /** As FarEnd does, within a session. */
  call: FarEnd['call'];
  close(): Promise<void>;
}

interface Session {
  /** Undefined where cookies are what counts. */
  readonly token: string | undefined;
  readonly jar: CookieJar;
}

export interface Within {
  readonly config: FarEndConfig;
  readonly far: FarEnd;
}

/** How long (ms) the far end may take to hear that a session ends. */
const FAREWELL = 5000;

/** Throws BusError ADAPTER_CONFIG or SECRET_MISSING. */
export function createSessions(session: SessionConfig, { config, far }: Within, context: AdapterContext): Sessions {
  const door = createFarEnd(doorConfig(session, config), context);
  const logon = compileLogon(session, door, context);
  let last: Session | undefined;
  const renewed = createRenewed<Session>(context.clock, async (signal) => {
    const fetched = await logon(signal);
    last = fetched.value;
    return fetched;
  });
  const isOver = compileExpiry(session.expired ?? {});
  const dress = compileDress(session, far.endpoint);

  async function tryOnce(request: Request, extras: Extras, signal: AbortSignal): Promise<HttpAnswer | undefined> {
    const held = await renewed.get(signal);
    const dressed = await dress(held, request, extras);
    const answer = await far.call(dressed.request, dressed.extras, signal);
    if (!isOver(answer)) {
      await keepCookies(held.jar, far.endpoint, { 'set-cookie': [...answer.cookies] });
      return answer;
    }
    renewed.drop(held);
    return undefined;
  }

  async function call(request: Request, extras: Extras, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = (await tryOnce(request, extras, signal)) ?? (await tryOnce(request, extras, signal));
    if (answer) return answer;
    throw busError('ENDPOINT_DENIED', {
      endpoint: far.endpoint,
      reason: 'it does not take the session that it just gave',
    });
  }

  async function leave({ token, jar }: Session, message: string): Promise<void> {
    const late = new AbortController();
    const cancel = context.clock.schedule(FAREWELL, () => late.abort(new Error('It took too long.')));
    try {
      const request = door.requestFor(fillIn(message, token === undefined ? {} : { token }));
      const cookie = await jar.getCookieString(door.endpoint);
      const answer = await door.call(request, cookie === '' ? {} : { headers: { cookie } }, late.signal);
      door.read(answer, request.operation, false);
    } catch (thrown) {
      const data = { port: context.name, reason: reasonOf(thrown) };
      context.emit({ name: 'logoff-failed', at: context.clock.now(), data });
    } finally {
      cancel();
    }
  }

  async function close(): Promise<void> {
    renewed.close();
    const open = last;
    last = undefined;
    if (open && session.logoff !== undefined) await leave(open, session.logoff);
    await door.close();
  }

  return { call, close };
}

/** Where we log on: the same service, unless something else is said. */
function doorConfig({ logon }: SessionConfig, config: FarEndConfig): FarEndConfig {
  const { operation: _, soapAction: _action, soapHeaders: _blocks, addressing, service, port, url, ...kept } = config;
  const same = logon.wsdl === undefined;
  const given = {
    service: logon.service ?? (same ? service : undefined),
    port: logon.port ?? (same ? port : undefined),
  };
  const address = logon.url ?? (same ? url : undefined);
  return {
    ...kept,
    ...(given.service === undefined ? {} : { service: given.service }),
    ...(given.port === undefined ? {} : { port: given.port }),
    ...(address === undefined ? {} : { url: address }),
    ...(logon.wsdl === undefined ? {} : { wsdl: logon.wsdl }),
    ...(addressing ? { addressing: addressing.version ? { version: addressing.version } : {} } : {}),
    connections: 1,
  };
}

function compileLogon(
  { logon, token: path, lifetime = SESSION_DEFAULTS.lifetime }: SessionConfig,
  door: FarEnd,
  context: AdapterContext,
): (signal: AbortSignal) => Promise<Fetched<Session>> {
  const values = Object.fromEntries(
    Object.entries(logon.values ?? {}).map(([name, value]) => [name, textFrom(value, context.secret)]),
  );
  const request = requestOf(fillIn(logon.message, values), door, context);
  const extras = logon.header === undefined ? {} : { blocks: fillIn(logon.header, values) };
  const goodFor = parseDuration(lifetime)!;
  const { endpoint } = door;
  const denied = (reason: string) => busError('ENDPOINT_DENIED', { endpoint, reason: `the logon ${reason}` });
  return async (signal) => {
    const answer = await door.call(request, extras, signal);
    const answered = readLogon(() => door.read(answer, request.operation, path !== undefined), endpoint);
    const jar = new CookieJar();
    await keepCookies(jar, endpoint, { 'set-cookie': [...answer.cookies] });
    if (path === undefined) {
      if ((await jar.getCookies(endpoint)).length === 0) throw denied('gave no cookie');
      return { value: { token: undefined, jar }, goodFor };
    }
    const token = valueAt(answered!.xml, path);
    if (!token) throw denied(`gave no token at ${path}`);
    return { value: { token, jar }, goodFor };
  };
}

function requestOf(message: string, door: FarEnd, { name }: AdapterContext): Request {
  try {
    return door.requestFor(message);
  } catch (thrown) {
    const reason = `session.logon.message cannot be sent: ${reasonOf(thrown)}`;
    throw busError('ADAPTER_CONFIG', { name, reason }, { cause: thrown });
  }
}

/** Whatever a logon is refused with, nothing is wrong with the message that waits for it. */
function readLogon<T>(read: () => T, endpoint: string): T {
  try {
    return read();
  } catch (thrown) {
    const error: BusError = asBusError(thrown, endpoint);
    if (error.kind === 'transient') throw error;
    throw busError(
      'ENDPOINT_DENIED',
      { endpoint, reason: `the logon was refused: ${error.message}` },
      { cause: error },
    );
  }
}

type Dress = (
  session: Session,
  request: Request,
  extras: Extras,
) => Promise<{ readonly request: Request; readonly extras: Extras }>;

function compileDress({ into = {} }: SessionConfig, endpoint: string): Dress {
  const { body, header, httpHeader, prefix = SESSION_DEFAULTS.prefix } = into;
  return async ({ token, jar }, request, extras) => {
    const cookie = await jar.getCookieString(endpoint);
    const headers = {
      ...extras.headers,
      ...(cookie === '' ? {} : { cookie }),
      ...(token === undefined || httpHeader === undefined ? {} : { [httpHeader.toLowerCase()]: prefix + token }),
    };
    const xml =
      token === undefined || body === undefined
        ? request.xml
        : readable(() => withValueAt(request.xml, body, token), endpoint);
    const own = token === undefined || header === undefined ? '' : fillIn(header, { token });
    const blocks = (extras.blocks ?? '') + own;
    return { request: { ...request, xml }, extras: { ...extras, headers, ...(blocks === '' ? {} : { blocks }) } };
  };
}
