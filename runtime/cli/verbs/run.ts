/** `guildhall run [folder]`: deploys a solution and hosts it until SIGINT or SIGTERM; then it drains and stops. */
import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import { type AdminServer, createAdminServer } from '../../admin/server.ts';
import type { Deployment } from '../../contracts/deployment.ts';
import type { MessageBox } from '../../contracts/message-box.ts';
import { createHost, type Host } from '../../host/host.ts';
import type { Console } from '../console.ts';
import { EXIT } from '../exit.ts';
import { findingsSummary, findingText } from '../findings.ts';
import { createLog, type LogLevel } from '../log.ts';
import { type OpenedSolution, openSolution } from '../open-solution.ts';
import { openStore } from '../open-store.ts';
import { type RunFile, removeRunFile, writeRunFile } from '../run-file.ts';
import { stopSignal } from '../stop-signal.ts';
import type { Verb } from '../verb.ts';
import { versionOf } from '../version.ts';

interface Options {
  readonly environment?: string;
  readonly host: string;
  readonly logLevel: LogLevel;
  readonly json?: boolean;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
/** A stop that takes longer (ms) is cut short: what is under way is taken up again at the next start. */
const DRAIN = 20_000;

export const run: Verb = {
  add(program, io, finish) {
    program
      .command('run [folder]')
      .description('run a solution until it is told to stop')
      .option('-e, --environment <name>', 'with this environment: its name, or the path of its file')
      .option('--host <name>', 'the name of this host among those that share a store', 'main')
      .addOption(new Option('--log-level <level>', 'how much to log').choices(LEVELS).default('warn'))
      .option('--json', 'print one line of JSON once ready')
      .action(
        finish(async (folder: string | undefined, options: Options) => {
          const solution = openSolution(folder ?? '.', options.environment, io);
          for (const found of solution.findings) io.err(findingText(found));
          if (!solution.deployment) {
            io.err(findingsSummary(solution.findings));
            return EXIT.failed;
          }
          const toldToStop = stopSignal(io.clock);
          const running = await start(solution, solution.deployment, options, io);
          io.out(options.json ? JSON.stringify({ ready: true, ...running.told }) : readyText(running.told));
          await toldToStop;
          await running.stop();
          return EXIT.ok;
        }),
      );
  },
};

interface Running {
  readonly told: { readonly bus: string; readonly http: string; readonly admin: string; readonly pid: number };
  stop(): Promise<void>;
}

async function start(
  solution: OpenedSolution,
  deployment: Deployment,
  options: Options,
  io: Console,
): Promise<Running> {
  const { bus, folder, recompile } = solution;
  const box = openStore(bus.store, folder, io);
  const emit = createLog(options.logLevel, bus.name);
  const { clock, newId, random } = io;
  const host = createHost({
    name: options.host,
    deployment,
    box,
    clock,
    newId,
    random,
    http: bus.http,
    emit,
    recompile,
  });
  const token = io.env['GUILDHALL_ADMIN_TOKEN'] ?? randomBytes(24).toString('base64url');
  const version = versionOf();
  const admin = createAdminServer({
    bus: bus.name,
    version,
    host,
    hostName: options.host,
    box,
    clock,
    listen: bus.admin,
    token,
  });
  const runFile = await startOrUndo(host, admin, box, () => {
    const told: RunFile = { bus: bus.name, pid: process.pid, admin: admin.address, token };
    writeRunFile(folder, told);
    return told;
  });
  return {
    told: { bus: bus.name, http: host.address, admin: admin.address, pid: process.pid },
    async stop() {
      clock.schedule(DRAIN, () => {
        io.err('The bus did not drain in time; what was under way is taken up again at the next start.');
        process.exit(EXIT.failed);
      });
      removeRunFile(folder, runFile);
      await admin.stop();
      await host.stop();
      await box.close();
    },
  };
}

async function startOrUndo<T>(host: Host, admin: AdminServer, box: MessageBox, announce: () => T): Promise<T> {
  try {
    await admin.start();
    await host.start();
    return announce();
  } catch (thrown) {
    await admin.stop();
    await host.stop();
    await box.close();
    throw thrown;
  }
}

function readyText({ bus, http, admin }: Running['told']): string {
  return `${bus} is running. Locations at ${http}, admin API at ${admin}. Stop it with Ctrl-C.`;
}
