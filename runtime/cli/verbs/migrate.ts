/** `guildhall migrate`: takes running instances to the version of their orchestration that is deployed now. */
import { busError } from '../../errors/bus-error.ts';
import { deploy } from '../../host/deploy.ts';
import { createMigrator, type MigrationOrder, type MigrationReport } from '../../host/migrate.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { findingsSummary, findingText } from '../findings.ts';
import { openSolution } from '../open-solution.ts';
import { openStore } from '../open-store.ts';
import { sealStore } from '../seal-store.ts';
import { configuredStore } from '../store-options.ts';
import { table, WHOLE } from '../table.ts';
import type { Verb } from '../verb.ts';

interface Options extends BusOptions {
  readonly instance?: string;
  readonly all?: boolean;
  readonly to: string;
  readonly dryRun?: boolean;
  readonly offline?: boolean;
  readonly environment?: string;
}

type Order = Pick<MigrationOrder, 'orchestration' | 'instance' | 'dryRun' | 'after'>;
type Ask = (order: Order) => Promise<MigrationReport>;

const PAGE = 100;

export const migrate: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program
        .command('migrate <orchestration>')
        .description('let running instances of an orchestration go on under the version that is deployed'),
    )
      .option('-i, --instance <id>', 'only this instance')
      .option('--all', 'all instances that have not ended')
      .option('--to <version>', 'another version than the one that runs: its hash', 'current')
      .option('-n, --dry-run', 'say what would be moved, and write nothing')
      .option('--offline', 'on the store of a stopped bus; the solution is deployed first')
      .option('-e, --environment <name>', 'with --offline: with this environment, its name or the path of its file')
      .action(finish((orchestration: string, options: Options) => run(orchestration, options, io)));
  },
};

/** Exit code 1 where an instance does not fit. */
async function run(orchestration: string, options: Options, io: Console): Promise<ExitCode> {
  const { instance, all = false, dryRun = false, offline = false } = options;
  if ((instance !== undefined) === all) {
    io.err('Give --instance <id> or --all.');
    return EXIT.usage;
  }
  if (options.environment !== undefined && !offline) {
    io.err('--environment goes with --offline: a running bus has its own.');
    return EXIT.usage;
  }
  const order = { orchestration, dryRun, ...(instance === undefined ? {} : { instance }) };
  return offline ? runOffline(order, options, io) : runOnline(order, options, io);
}

async function runOnline(order: Order, options: Options, io: Console): Promise<ExitCode> {
  const admin = adminOf(options, io);
  const ask: Ask = (page) => admin.post('/migrations', { ...page, to: options.to });
  return report(await inPages(order, ask), order, options, io);
}

async function runOffline(order: Order, options: Options, io: Console): Promise<ExitCode> {
  if (options.to !== 'current') {
    io.err('--to goes to a running bus: offline, instances come to the version in the folder.');
    return EXIT.usage;
  }
  configuredStore(options, io);
  const { deployment, bus, findings, folder, recompile } = await openSolution(
    options.solution,
    options.environment,
    io,
  );
  if (!deployment) {
    io.err([...findings.map(findingText), findingsSummary(findings)].join('\n'));
    return EXIT.failed;
  }
  const { clock, newId } = io;
  const { box } = await sealStore(await openStore(bus.store, folder, io, deployment.secret), bus, deployment);
  try {
    const to = deployment.definition.hash;
    if (!order.dryRun && (await box.deployed()) !== to) await deploy(deployment, `${newId()}`, box, clock);
    const deploymentOf = async (hash: string) => {
      if (hash === to) return deployment;
      const definition = await box.definition(hash);
      if (!definition) throw busError('NOT_FOUND', { what: 'definition', id: hash });
      return recompile(definition);
    };
    const migrator = createMigrator({ box, clock, newId, hostName: 'migrate', deploymentOf, compile: recompile });
    const ask: Ask = (page) => migrator.migrate({ ...page, to, limit: PAGE });
    return report(await inPages(order, ask), order, options, io);
  } finally {
    await box.close();
  }
}

async function inPages(order: Order, ask: Ask): Promise<Omit<MigrationReport, 'next'>> {
  let page = await ask(order);
  let all = page;
  while (page.next !== undefined) {
    page = await ask({ ...order, after: page.next });
    all = {
      to: page.to,
      moved: [...all.moved, ...page.moved],
      unfit: [...all.unfit, ...page.unfit],
      current: all.current + page.current,
    };
  }
  const { to, moved, unfit, current } = all;
  return { to, moved, unfit, current };
}

function report(
  { to, moved, unfit, current }: Omit<MigrationReport, 'next'>,
  { dryRun }: Order,
  { json }: Options,
  io: Console,
): ExitCode {
  if (json) io.out(JSON.stringify({ to, dryRun, moved, unfit, current }));
  else {
    const already = current > 0 ? `, ${current} had it already` : '';
    io.out(
      `${moved.length} ${dryRun ? 'would come' : 'came'} to ${to.slice(0, 12)}${already}, ${unfit.length} do not fit.`,
    );
    const rows = unfit.map(({ from, ...each }) => ({ ...each, from: from.slice(0, 12) }));
    if (rows.length > 0) io.out(table(rows, ['instance', 'from', 'shape', 'line', 'reason'], WHOLE));
  }
  return unfit.length > 0 ? EXIT.failed : EXIT.ok;
}
