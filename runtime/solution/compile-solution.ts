/**
 * From the files of a solution to what a host runs. Everything is checked in one run and every finding comes back, sorted
 * by file and line; there is a deployment only when none of them is an error. Never throws for what stands in the files.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { Adapter } from '../contracts/adapter.ts';
import type { Instant } from '../contracts/clock.ts';
import type { Deployment } from '../contracts/deployment.ts';
import type { Finding } from '../contracts/finding.ts';
import type { PipelineComponent } from '../contracts/pipeline.ts';
import { bind } from './bind.ts';
import { type BusConfig, busConfigOf } from './bus-config.ts';
import { checkBatches } from './check/batches.ts';
import { checkBindings } from './check/bindings.ts';
import { checkCallers } from './check/callers.ts';
import { checkCalls } from './check/calls.ts';
import { checkCertificates } from './check/certificates.ts';
import { checkContracts } from './check/contracts.ts';
import { checkDedupe } from './check/dedupe.ts';
import { checkEnvironments } from './check/environments.ts';
import { checkFaults } from './check/faults.ts';
import { checkFields } from './check/fields.ts';
import { checkFiles, type Exists } from './check/files.ts';
import { checkGroups } from './check/groups.ts';
import { checkHosts } from './check/hosts.ts';
import { checkOrder } from './check/order.ts';
import { checkParties } from './check/parties.ts';
import { checkPortNames } from './check/port-names.ts';
import { checkPorts } from './check/ports.ts';
import { checkReferences } from './check/references.ts';
import { checkRequests } from './check/requests.ts';
import { checkRoles } from './check/roles.ts';
import { checkSecrets, type SecretPlaces, secretUses } from './check/secrets.ts';
import { checkSubscriptions } from './check/subscriptions.ts';
import { compileParts } from './compile-parts.ts';
import { checkSelected, environmentFile } from './environment-file.ts';
import type { SolutionFiles } from './find.ts';
import { flowsOf } from './flows.ts';
import { loadSolution } from './load.ts';
import type { Model } from './model.ts';
import { requiring, type Secrets, secretsFrom } from './secrets.ts';
import { settleFindings } from './settle-findings.ts';

export interface CompileOptions {
  /** The name of a file in config/environments, or the absolute path of a YAML file elsewhere. */
  readonly environment?: string;
  readonly adapters: readonly Adapter[];
  /** Default: those of the bus. */
  readonly components?: readonly PipelineComponent[];
  /** Tells maps and expressions how long they have taken; without it they are bounded by steps alone. */
  readonly now?: () => Instant;
  /** Environment variables, for secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of a path that is relative to the solution's folder. */
  readonly resolvePath: (path: string) => string;
  /** Default `error`; a warning suits tests and old definitions, which then fail only where a secret is used. */
  readonly missingSecrets?: Finding['severity'];
  /** The text of a file of the secrets folder; undefined where there is none. Default: from disk. */
  readonly readSecretFile?: (path: string) => string | undefined;
}

export interface Compiled {
  /** Undefined when any finding is an error. */
  readonly deployment: Deployment | undefined;
  readonly bus: BusConfig;
  readonly findings: readonly Finding[];
}

export function compileSolution(files: SolutionFiles, options: CompileOptions): Compiled {
  const outside = environmentFile(options.environment, readText);
  const loaded = loadSolution(outside ? new Map([...files, [outside.path, outside.text]]) : files);
  const environment = outside ? outside.nameIn(loaded) : options.environment;
  const bus = busConfigOf(loaded, environment);
  const { adapters, components, now } = options;
  const parts = compileParts(files, loaded, { adapters, components, environment, now });
  const flows = flowsOf(parts.model);
  const secrets = secretsOf(bus, options);
  const places = { set: Object.keys(options.env), folder: bus.secrets };
  const checked = check(parts.model, { environment, options, bus, secrets, places });
  const findings = settleFindings(loaded.findings, [...parts.findings, ...checked]);
  const wrong = findings.some(({ severity }) => severity === 'error');
  const surroundings = { bus, resolvePath: options.resolvePath, secret: requiring(secrets) };
  return { deployment: wrong ? undefined : bind(parts.model, flows, surroundings), bus, findings };
}

interface Circumstances {
  readonly environment: string | undefined;
  readonly options: CompileOptions;
  readonly bus: BusConfig;
  readonly secrets: Secrets;
  readonly places: SecretPlaces;
}

function check(model: Model, { environment, options, bus, secrets, places }: Circumstances): Finding[] {
  const flows = flowsOf(model);
  const exists: Exists = (path) => existsSync(options.resolvePath(path));
  return [
    ...checkSelected(model.loaded, environment),
    ...checkHosts(model, environment),
    ...checkRoles(model, environment),
    ...checkPortNames(model.loaded),
    ...checkPorts(model),
    ...checkReferences(model, flows),
    ...checkContracts(model),
    ...checkCallers(model, bus),
    ...checkDedupe(model, flows, bus.retention.keys),
    ...checkBindings(model, flows),
    ...checkCalls(model),
    ...checkRequests(model),
    ...checkOrder(model, flows),
    ...checkBatches(model),
    ...checkGroups(model),
    ...checkFaults(model),
    ...checkSubscriptions(model, flows),
    ...checkEnvironments(model, environment),
    ...checkFields(model, flows),
    ...checkParties(model),
    ...checkFiles(model, exists),
    ...checkCertificates(model, { read: (path) => readText(options.resolvePath(path)), secrets, now: options.now?.() }),
    ...checkSecrets(secretUses(model, environment), secrets, places, options.missingSecrets ?? 'error'),
  ];
}

function secretsOf(bus: BusConfig, { env, resolvePath, readSecretFile }: CompileOptions): Secrets {
  const folder = bus.secrets;
  return secretsFrom({ env, folder, resolvePath, ...(readSecretFile ? { readFile: readSecretFile } : {}) });
}

const readText = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
