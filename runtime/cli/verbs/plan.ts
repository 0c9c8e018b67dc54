/** `guildhall plan`: what deploying a solution would change in a running bus. */
import { resolve } from 'node:path';
import type { Deployment } from '../../contracts/deployment.ts';
import type { Counts } from '../../contracts/inspection.ts';
import type { Definition } from '../../contracts/message-box.ts';
import type { MigrationReport } from '../../host/migrate.ts';
import { type Change, type Plan, planOf } from '../../host/plan.ts';
import type { AdminClient } from '../admin-client.ts';
import { adminOf, type BusOptions, withBusOptions } from '../bus-options.ts';
import { compileDefinition } from '../compile-definition.ts';
import type { Console } from '../console.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { withExtensions } from '../extensions.ts';
import { findingsSummary, findingText } from '../findings.ts';
import { openSolution } from '../open-solution.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface Options extends BusOptions {
  readonly environment?: string;
}

export const plan: Verb = {
  add(program, io, finish) {
    withBusOptions(
      program.command('plan').description('show what deploying the solution would change in a running bus'),
    )
      .option('-e, --environment <name>', 'with this environment: its name, or the path of its file')
      .action(finish((options: Options) => run(options, io)));
  },
};

/** Exit code 1 where something would be orphaned, so that a script can stop there. */
async function run(options: Options, io: Console): Promise<ExitCode> {
  const { deployment, findings } = await openSolution(options.solution, options.environment, io);
  if (!deployment) {
    io.err([...findings.map(findingText), findingsSummary(findings)].join('\n'));
    return EXIT.failed;
  }
  const admin = adminOf(options, io);
  const status = await admin.get<Counts & { readonly definition: string }>('/status');
  const definition = await admin.get<Definition>(`/definitions/${encodeURIComponent(status.definition)}`);
  const folder = resolve(io.cwd, options.solution);
  const deployed = compileDefinition(definition, folder, options.environment, await withExtensions(io, folder));
  const made = planOf(deployed.deployment, deployment, status);
  const migrations = made.from === made.to ? [] : await migrationsOf(made, deployment, admin);
  io.out(options.json ? JSON.stringify({ ...made, migrations }) : describe({ ...made, migrations }));
  return made.orphans.length > 0 ? EXIT.failed : EXIT.ok;
}

/** Which instances could go on under what would be deployed. */
interface Migratable {
  readonly orchestration: string;
  readonly fit: number;
  readonly unfit: MigrationReport['unfit'];
  /** There are others, which were not looked at. */
  readonly more: boolean;
}

/** Of each orchestration so many pages of instances are looked at. */
const PAGES = 10;

async function migrationsOf({ instances }: Plan, after: Deployment, admin: AdminClient): Promise<Migratable[]> {
  const there = instances.filter((each) =>
    after.orchestrations.some(({ program }) => program.name === each.orchestration),
  );
  const { definition } = after;
  const found: Migratable[] = [];
  for (const { orchestration } of there) {
    let [fit, next]: [number, string | undefined] = [0, undefined];
    const unfit: MigrationReport['unfit'][number][] = [];
    for (let page = 0; page === 0 || (next !== undefined && page < PAGES); page += 1) {
      const order = { orchestration, definition, dryRun: true, ...(next === undefined ? {} : { after: next }) };
      const report: MigrationReport = await admin.post('/migrations', order);
      fit += report.moved.length;
      unfit.push(...report.unfit);
      next = report.next;
    }
    found.push({ orchestration, fit, unfit, more: next !== undefined });
  }
  return found;
}

const migrationText = ({ orchestration, fit, unfit, more }: Migratable): string =>
  [
    `${orchestration}: ${fit} instances could migrate, ${unfit.length} do not fit${more ? '; there are more' : ''}.`,
    ...unfit
      .slice(0, 20)
      .map(({ instance, shape, line, reason }) => `  ${instance} at "${shape}" of line ${line}: ${reason}.`),
  ].join('\n');

type Told = Plan & { readonly migrations: readonly Migratable[] };

function describe({ from, to, subscriptions, orchestrations, instances, migrations, orphans }: Told): string {
  if (from === to) return 'Nothing would change: this is what is deployed.';
  const section = (what: string, changes: readonly Change[]) =>
    changes.length === 0
      ? []
      : [
          table(
            changes.map(({ name, change }) => ({ [what]: name, change })),
            [what, 'change'],
          ),
        ];
  const sections = [
    ...section('subscription', subscriptions),
    ...section('orchestration', orchestrations),
    ...(instances.length === 0
      ? []
      : [
          table(
            instances.map((each) => ({ ...each })),
            ['orchestration', 'count', 'note'],
          ),
        ]),
    ...migrations.map(migrationText),
    ...orphans.map((text) => `! ${text}`),
  ];
  return sections.length === 0 ? 'No subscription and no orchestration would change.' : sections.join('\n\n');
}
