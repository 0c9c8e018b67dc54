/** `guildhall run [folder]`: deploys a solution, or follows what is deployed, and hosts it until told to stop; then it drains. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../contracts/duration.ts';
import { busError } from '../../errors/bus-error.ts';
import { storeOf } from '../../solution/bus-config.ts';
import { awaitDeployed } from '../await-deployed.ts';
import { compileDefinition } from '../compile-definition.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { withExtensions } from '../extensions.ts';
import { findingsSummary, findingText } from '../findings.ts';
import { createLog, type LogLevel } from '../log.ts';
import { openSolution } from '../open-solution.ts';
import { openStore } from '../open-store.ts';
import { type Hosted, type RunningHost, runHost } from '../run-host.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly environment?: string;
  readonly host: string;
  readonly follow?: boolean;
  readonly store?: string;
  /** Milliseconds. */
  readonly drain: number;
  readonly logLevel: LogLevel;
  readonly json?: boolean;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
/** What does not end within so many ms of its time for draining is ended as it stands: it is taken up again later. */
const OVERTIME = 10_000;

export const run: Verb = {
  add(program, io, finish) {
    const command = program
      .command('run [folder]')
      .description('run a solution, or follow what another host has deployed, until it is told to stop');
    withRunOptions(command).action(
      finish(async (folder: string | undefined, options: Options) => {
        return options.follow ? follow(folder ?? '.', options, io) : deploy(folder ?? '.', options, io);
      }),
    );
  },
};

function withRunOptions(command: Command): Command {
  return command
    .option('-e, --environment <name>', 'with this environment: its name, or the path of its file')
    .option('--host <name>', 'the name of this host among those that share a store', hostName, 'main')
    .option('--follow', 'host what another host has deployed, and whatever is deployed after that')
    .option('--store <address>', 'with --follow: the store, where no config/bus.yaml names it')
    .option('--drain <duration>', 'how long what is under way may take when it stops', duration, 30_000)
    .addOption(new Option('--log-level <level>', 'how much to log').choices(LEVELS).default('warn'))
    .option('--json', 'print one line of JSON once ready');
}

async function deploy(given: string, options: Options, io: Console): Promise<ExitCode> {
  const { folder, bus, deployment, findings, recompile } = await openSolution(given, options.environment, io);
  for (const found of findings) io.err(findingText(found));
  if (!deployment) {
    io.err(findingsSummary(findings));
    return EXIT.failed;
  }
  const stop = stopSignal(io.clock);
  const box = await openStore(bus.store, folder, io, deployment.secret);
  const emit = createLog(options.logLevel, bus.name);
  const { host: name, drain } = options;
  return host({ name, bus, folder, deployment, deploy: true, box, drain, emit, recompile }, options, stop, io);
}

async function follow(given: string, options: Options, io: Console): Promise<ExitCode> {
  const folder = resolve(io.cwd, given);
  const { host: name, drain, environment, store } = options;
  const opened = store === undefined ? await openSolution(given, environment, io) : undefined;
  const address = opened?.bus.store ?? storeOf(store!);
  const stop = stopSignal(io.clock);
  const box = await openStore(address, folder, io, opened?.deployment?.secret ?? noSecret);
  const extended = await withExtensions(io, folder);
  const compile = (definition: Parameters<Hosted['recompile']>[0]) =>
    compileDefinition(definition, folder, environment, extended);
  let compiled: ReturnType<typeof compile>;
  try {
    const definition = await awaitDeployed(box, stop, io);
    if (!definition) {
      await box.close();
      return EXIT.ok;
    }
    compiled = compile(definition);
  } catch (thrown) {
    await box.close();
    throw thrown;
  }
  const emit = createLog(options.logLevel, compiled.bus.name);
  const recompile: Hosted['recompile'] = async (definition) => compile(definition).deployment;
  return host({ name, folder, ...compiled, deploy: false, box, drain, emit, recompile }, options, stop, io);
}

async function host(hosted: Hosted, { json }: Options, stop: Promise<void>, io: Console): Promise<ExitCode> {
  const running = await runHost(hosted, io);
  io.out(json ? JSON.stringify({ ready: true, ...running.told }) : readyText(running.told));
  await stop;
  io.clock.schedule(hosted.drain + OVERTIME, () => {
    io.err('The bus did not drain in time; what was under way is taken up again by another host or at the next start.');
    process.exit(EXIT.failed);
  });
  await running.stop();
  return EXIT.ok;
}

function readyText({ bus, host: name, http, admin }: RunningHost['told']): string {
  return `${bus} is running (host ${name}). Locations at ${http}, admin API at ${admin}. Stop it with Ctrl-C.`;
}

/** Only config/bus.yaml can name one, and a solution with faults gives none. */
function noSecret(name: string): never {
  throw busError('SECRET_MISSING', { name });
}

function hostName(text: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(text)) {
    throw new InvalidArgumentError('It must begin with a letter and have letters, digits, - and _ only.');
  }
  return text;
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('It must be a duration, such as 30s or 5m.');
  return ms;
}
