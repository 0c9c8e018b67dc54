/** The verbs' way to a running bus: its admin API, found by the run file or named on the command line. */
import pRetry, { AbortError } from 'p-retry';
import { BusError } from '../contracts/errors.ts';
import { reasonOf } from '../errors/as-bus-error.ts';
import { busError } from '../errors/bus-error.ts';
import { findRunning } from './run-file.ts';

export interface BusChoice {
  readonly solution: string;
  readonly bus?: string;
  readonly host?: string;
  readonly admin?: string;
  readonly token?: string;
  /** Try for so many seconds while no bus answers. */
  readonly wait?: number;
}

export interface AdminClient {
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>): Promise<T>;
  /** `order` goes as JSON. */
  post<T>(path: string, order?: unknown): Promise<T>;
  upload<T>(path: string, bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<T>;
}

export function connectAdmin(choice: BusChoice): AdminClient {
  const call = <T>(method: string, path: string, init: RequestInit = {}): Promise<T> =>
    patiently(choice.wait ?? 0, () => once<T>(endpointOf(choice), method, path, init));
  const send = <T>(path: string, body: NonNullable<RequestInit['body']>, contentType: string) =>
    call<T>('POST', path, { body, headers: { 'Content-Type': contentType } });
  return {
    get: (path, query = {}) => call('GET', `${path}${queryString(query)}`),
    post: (path, order = {}) => send(path, JSON.stringify(order), 'application/json'),
    upload: (path, bytes, contentType) => send(path, bytes, contentType),
  };
}

function endpointOf({ solution, admin, token, ...wanted }: BusChoice): { admin: string; token: string } {
  const given = admin?.replace(/\/+$/, '');
  if (given !== undefined && token !== undefined) return { admin: given, token };
  const running = findRunning(solution, wanted);
  return { admin: given ?? running.admin, token: token ?? running.token };
}

/** A bus that is just starting is given `seconds` to appear; what it answers is final. */
function patiently<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  if (seconds <= 0) return attempt();
  const guarded = () =>
    attempt().catch((thrown) => {
      throw isAbsence(thrown) ? thrown : new AbortError(thrown as Error);
    });
  return pRetry(guarded, { retries: seconds * 4, minTimeout: 250, factor: 1 });
}

const ABSENT = new Set(['NO_BUS_RUNNING', 'BUS_NOT_RUNNING', 'HOST_NOT_RUNNING', 'ADMIN_UNREACHABLE']);

const isAbsence = (thrown: unknown) => thrown instanceof BusError && ABSENT.has(thrown.code);

async function once<T>(
  endpoint: { admin: string; token: string },
  method: string,
  path: string,
  init: RequestInit,
): Promise<T> {
  const headers = { ...init.headers, Authorization: `Bearer ${endpoint.token}` };
  let response: Response;
  try {
    response = await fetch(`${endpoint.admin}${path}`, { ...init, method, headers });
  } catch (thrown) {
    const reason = reasonOf((thrown as Error).cause ?? thrown);
    throw busError('ADMIN_UNREACHABLE', { address: endpoint.admin, reason }, { cause: thrown });
  }
  const body = await bodyOf<T>(response, endpoint.admin);
  if (response.ok) return body;
  const entry = { kind: 'message', text: body.detail ?? response.statusText, help: body.help ?? '' } as const;
  throw new BusError(body.code ?? 'ADMIN_BAD_REQUEST', entry);
}

type Body<T> = T & { code?: string; detail?: string; help?: string };

async function bodyOf<T>(response: Response, address: string): Promise<Body<T>> {
  try {
    return (await response.json()) as Body<T>;
  } catch (thrown) {
    const reason = `what answers there (status ${response.status}) is no admin API`;
    throw busError('ADMIN_UNREACHABLE', { address, reason }, { cause: thrown });
  }
}

function queryString(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
