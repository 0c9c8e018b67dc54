/**
 * `npm start`: the town, and in this very process the bus, over the lasting folder data/northmoor; stays up until Ctrl-C and says
 * what to try. Killed at any instant and started again it goes on where it was: MessageBox, files, queue and the works
 * system's book stay; all that it started ends with it.
 *
 *     node tests/town/start.ts [--http 127.0.0.1:8080] [--admin 127.0.0.1:8079] [--folder <path>] [--without-rabbitmq]
 *
 * With a folder of its own it runs a copy of the solution in there.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { main, systemConsole } from '../../runtime/cli/main.ts';
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { untilFree } from '../servers/ports.ts';
import { openBroker } from './broker.ts';
import { endWithNpm } from './end-with-npm.ts';
import { writeEnvironment } from './environment.ts';
import { copySolution, solution } from './solution.ts';
import { startTown } from './town.ts';

interface Up {
  readonly http: string;
  readonly admin: string;
  readonly pid: number;
}

const say = (text: string) => void process.stdout.write(`${text}\n`);
/** How long (ms) one that was killed just now may take to let go of its ports. */
const PATIENCE = 5000;

const SAMPLE = {
  id: 'SR-2026-900001',
  reported: '2026-11-23T08:15:00Z',
  category: 'pothole',
  description: 'A deep hole at the corner',
  location: { usrn: '38900101' },
  photos: [],
  reporter: { name: 'Ada Penhallow' },
};

function whatToTry({ http, admin, pid }: Up, folder: string, given: string | undefined): string {
  const where = given === undefined ? '' : ` --solution ${join(given, 'solution')}`;
  return `
Northmoor is up: the bus and all it needs, process ${pid}. Its MessageBox and files are in ${folder}.
The web form's address is ${http}/street-reports; the admin API is at ${admin}.
From another terminal, in this folder:

  curl -H 'Content-Type: application/json' -d '${JSON.stringify(SAMPLE)}' ${http}/street-reports

  npx guildhall status${where}
  npx guildhall messages list --type street-report${where}
  npx guildhall instances${where}
  npx guildhall suspended${where}

Send the same report again and it gets the same answer; leave out a field and it waits under "suspended".
Stop everything with Ctrl-C, or kill -9 ${pid}; the next npm start goes on with what was accepted.
`;
}

const { values } = parseArgs({
  options: {
    http: { type: 'string', default: '127.0.0.1:8080' },
    admin: { type: 'string', default: '127.0.0.1:8079' },
    folder: { type: 'string' },
    'without-rabbitmq': { type: 'boolean', default: false },
  },
});

async function start(): Promise<number> {
  const { http, admin, folder: given, 'without-rabbitmq': without } = values;
  for (const address of [http, admin]) await untilFree(address, PATIENCE);
  const folder = given === undefined ? join(solution, 'data', 'northmoor') : resolve(given);
  const broker = await openBroker({ queue: 'mobile.reports', data: join(folder, 'rabbitmq'), without, say });
  try {
    const town = await startTown({ seed: 1, folder, ...(broker ? { broker } : {}) });
    say('The town is up: five legacy systems, the web form and the mobile app, each a process of its own.');
    try {
      const environment = writeEnvironment(town, broker, { http, admin });
      const home = given === undefined ? solution : copySolution(join(folder, 'solution'));
      return await runBus(home, environment, async (up) => {
        await town.control('works', { callback: `${up.http}/works-updates` });
        await town.control('portal', { to: up.http });
        say(whatToTry(up, folder, given));
      });
    } finally {
      await town.stop();
    }
  } finally {
    await broker?.stop();
  }
}

/** Resolves with its exit code when the bus has been told to stop, and has. */
async function runBus(home: string, environment: string, ready: (up: Up) => Promise<void>): Promise<number> {
  const { promise: welcomed, resolve: welcome, reject: fail } = Promise.withResolvers<void>();
  const out = (line: string) => void ready(JSON.parse(line) as Up).then(welcome, fail);
  const ended = main(['run', home, '--environment', environment, '--json'], { ...systemConsole(), out });
  await Promise.race([welcomed, ended]);
  return ended;
}

try {
  endWithNpm();
  process.exit(await start());
} catch (thrown) {
  say(reasonOf(thrown));
  process.exit(1);
}
