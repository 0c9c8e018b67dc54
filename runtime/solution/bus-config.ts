/** The settings of the bus itself: config/bus.yaml, with the environment's overrides, and every default filled in. */
import type { Instant } from '../contracts/clock.ts';
import { parseDuration } from '../contracts/duration.ts';
import type { WorkLimit } from '../contracts/expression.ts';
import type { Retention } from '../contracts/retention.ts';
import type { ThrottlePolicy } from '../contracts/throttle.ts';
import { bus } from './kinds/bus.ts';
import { environment } from './kinds/environment.ts';
import { type Loaded, ofKind } from './load.ts';
import { overlay, partOfSource } from './placed.ts';
import { at, isPlain, mappingsIn, textOf, textsOf } from './plain.ts';
import { retentionOf } from './retention.ts';
import type { Placed } from './structure.ts';

export interface BusConfig {
  readonly name: string;
  readonly organisation: string;
  readonly store: StoreConfig;
  readonly http: ListenAddress;
  readonly admin: ListenAddress;
  /** People who may do the tasks of their roles, by name. */
  readonly users: ReadonlyMap<string, UserConfig>;
  /** By name; a host that is not named runs everything, and listens where the bus does. */
  readonly hosts: ReadonlyMap<string, HostConfig>;
  /** How hosts share the limits of send ports; without it each keeps them by itself. */
  readonly limits: LimitsConfig | undefined;
  readonly throttle: ThrottlePolicy | undefined;
  readonly retention: Retention;
  readonly expressions: ExpressionsConfig;
  /** Without it bodies lie in the store as they came. */
  readonly sealed: SealedConfig | undefined;
  /** The secrets folder, relative to the solution's. */
  readonly secrets: string | undefined;
}

export type StoreConfig =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string }
  /** The URL, or the name of the secret that holds it. */
  | { readonly kind: 'postgres'; readonly url: string | { readonly secret: string } };

export interface HostConfig {
  /** Undefined: all. */
  readonly applications: readonly string[] | undefined;
  readonly http: ListenAddress;
  readonly admin: ListenAddress;
}

export interface UserConfig {
  readonly token: SecretName;
  readonly roles: readonly string[];
}

export interface LimitsConfig {
  /** The URL, or the name of the secret that holds it. */
  readonly redis: string | { readonly secret: string };
  /** What each host keeps while Redis is away: the whole limit, its share of it, or nothing is sent. */
  readonly fallback: 'local' | 'share' | 'stop';
}

/** What one evaluation of an expression, or one run of a map, may take. */
export interface ExpressionsConfig {
  readonly steps: number;
  /** Milliseconds. */
  readonly time: number;
}

/** Names of secrets. */
export interface SealedConfig {
  readonly key: string;
  readonly older: readonly string[];
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** HTTPS; else HTTP. */
  readonly tls?: ListenerTls;
}

export interface SecretName {
  readonly secret: string;
}

/** Certificates are PEM files of the solution, or secrets. */
export interface ListenerTls {
  readonly certificate: string | SecretName;
  readonly key: SecretName;
  readonly passphrase?: SecretName;
  /** The authorities whose certificates callers may come with. */
  readonly clients?: string | SecretName;
}

export function busConfigOf(loaded: Loaded, environmentName: string | undefined): BusConfig {
  const { value } = writtenBus(loaded, environmentName);
  const tls = at(value, ['http', 'tls']);
  const secured = isPlain(tls) ? { tls: tls as unknown as ListenerTls } : {}; // Its shape is among the findings.
  const http = { ...addressOf(textOf(at(value, ['http', 'address'])), '127.0.0.1:8080'), ...secured };
  const admin = addressOf(textOf(at(value, ['admin', 'address'])), '127.0.0.1:8079');
  return {
    name: textOf(at(value, ['bus'])) ?? 'guildhall',
    organisation: textOf(at(value, ['organisation'])) ?? 'unnamed',
    store: writtenStore(at(value, ['store'])),
    http,
    admin,
    users: usersOf(at(value, ['admin', 'users'])),
    hosts: hostsOf(value, { http, admin }),
    limits: limitsOf(at(value, ['limits'])),
    throttle: throttleOf(at(value, ['throttle'])),
    retention: retentionOf(at(value, ['retention'])),
    expressions: expressionsOf(at(value, ['expressions'])),
    sealed: sealedOf(at(value, ['sealed'])),
    secrets: textOf(at(value, ['secrets'])),
  };
}

/** What a host of that name listens on and runs. */
export function hostConfigOf({ hosts, http, admin }: BusConfig, name: string): HostConfig {
  return hosts.get(name) ?? { applications: undefined, http, admin };
}

function hostsOf(value: unknown, bus: Pick<HostConfig, 'http' | 'admin'>): Map<string, HostConfig> {
  const read = ([name, written]: [string, unknown]): [string, HostConfig] => {
    const listen = (key: 'http' | 'admin') => {
      const address = textOf(at(written, [key, 'address']));
      return address === undefined ? bus[key] : { ...bus[key], ...addressOf(address, '127.0.0.1:0') };
    };
    const applications = at(written, ['applications']);
    const named = applications === undefined ? undefined : textsOf(applications);
    return [name, { applications: named, http: listen('http'), admin: listen('admin') }];
  };
  return new Map(mappingsIn(at(value, ['hosts'])).map(read));
}

function usersOf(written: unknown): Map<string, UserConfig> {
  const read = ([name, user]: [string, unknown]): [string, UserConfig][] => {
    const secret = textOf(at(user, ['token', 'secret']));
    return secret === undefined ? [] : [[name, { token: { secret }, roles: textsOf(at(user, ['roles'])) }]];
  };
  return new Map(mappingsIn(written).flatMap(read));
}

/** As it is written, with the environment's overrides. */
export function writtenBus(loaded: Loaded, environmentName: string | undefined): Placed {
  const [file] = ofKind(loaded, bus);
  const base: Placed = file ? partOfSource(file.source, []) : { value: {}, locate: () => unplaced };
  const over = ofKind(loaded, environment).find(({ name }) => name === environmentName);
  return over && isPlain(at(over.source.value, ['bus'])) ? overlay(base, partOfSource(over.source, ['bus'])) : base;
}

const unplaced = { file: 'config/bus.yaml', line: 1, column: 1, path: '' };

/** As `store:` in config/bus.yaml. */
export function storeOf(text: string): StoreConfig {
  if (text === 'memory') return { kind: 'memory' };
  if (/^postgres(ql)?:\/\//.test(text)) return { kind: 'postgres', url: text };
  return { kind: 'sqlite', path: text.replace(/^sqlite:/, '') };
}

function writtenStore(written: unknown): StoreConfig {
  const secret = textOf(at(written, ['secret']));
  if (secret !== undefined) return { kind: 'postgres', url: { secret } };
  return storeOf(textOf(written) ?? 'sqlite:data/guildhall.db');
}

function sealedOf(written: unknown): SealedConfig | undefined {
  const key = textOf(at(written, ['key']));
  return key === undefined ? undefined : { key, older: textsOf(at(written, ['older'])) };
}

const STEPS = 1_000_000;
const TIME_MS = 5_000;

function expressionsOf(written: unknown): ExpressionsConfig {
  const steps = at(written, ['steps']);
  const time = parseDuration(textOf(at(written, ['time'])) ?? '');
  return { steps: typeof steps === 'number' ? steps : STEPS, time: time ?? TIME_MS };
}

export const workLimitOf = ({ steps, time }: ExpressionsConfig, now: (() => Instant) | undefined): WorkLimit => ({
  steps,
  ...(now ? { time: { ms: time, now } } : {}),
});

function limitsOf(written: unknown): LimitsConfig | undefined {
  const named = textOf(at(written, ['redis', 'secret']));
  const redis = named === undefined ? textOf(at(written, ['redis'])) : { secret: named };
  const fallback = FALLBACKS.find((known) => known === at(written, ['fallback'])) ?? 'share';
  return redis === undefined ? undefined : { redis, fallback };
}

function throttleOf(written: unknown): ThrottlePolicy | undefined {
  const [waiting, perPort, resume = 0.8] = ['waiting', 'perPort', 'resume'].map((key) => at(written, [key]));
  if (waiting === undefined && perPort === undefined) return undefined;
  return {
    ...(waiting === undefined ? {} : { waiting: Number(waiting) }),
    ...(perPort === undefined ? {} : { perPort: Number(perPort) }),
    resume: Number(resume),
  };
}

const FALLBACKS = ['local', 'share', 'stop'] as const;

/** An address that the schema refuses is among the findings; the default then stands in for it. */
function addressOf(text: string | undefined, standard: string): ListenAddress {
  const match = /^(.+):(\d{1,5})$/.exec(text ?? standard) ?? /^(.+):(\d+)$/.exec(standard)!;
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port: Number(match[2]) };
}
