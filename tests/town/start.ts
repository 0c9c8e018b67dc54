/** `npm start`: the town and the bus of the demo; stays up until Ctrl-C and says what to try. */
import { reasonOf } from '../../runtime/errors/as-bus-error.ts';
import { INTERRUPTED, startNorthmoor } from './northmoor.ts';
import { reportsOf } from './reports.ts';

const say = (text: string) => void process.stdout.write(`${text}\n`);

const SAMPLE = {
  id: 'SR-2026-900001',
  reported: '2026-11-23T08:15:00Z',
  category: 'pothole',
  description: 'A deep hole at the corner',
  location: { usrn: '38900101' },
  photos: [],
  reporter: { name: 'Ada Penhallow' },
};

function whatToTry(http: string, adminAddress: string, token: string): string {
  return `
Northmoor is up. The web form's address is ${http}/street-reports; the admin API is at ${adminAddress}.
From another terminal:

  curl -H 'Content-Type: application/json' -d '${JSON.stringify(SAMPLE)}' ${http}/street-reports

  export GUILDHALL_ADMIN=${adminAddress} GUILDHALL_ADMIN_TOKEN=${token}
  npx guildhall status
  npx guildhall messages list --type street-report
  npx guildhall instances
  npx guildhall suspended

Send the same report again and it gets the same answer; leave out a field and it waits under "suspended".
Stop everything with Ctrl-C.
`;
}

async function start(): Promise<void> {
  const listeners = { http: '127.0.0.1:8080', admin: '127.0.0.1:8079' };
  const { bus } = await startNorthmoor({ seed: 1, reports: reportsOf(1), listeners, say });
  say(whatToTry(bus.http, bus.adminAddress, bus.token));
}

try {
  await start();
} catch (thrown) {
  if (process.exitCode !== INTERRUPTED) {
    say(reasonOf(thrown));
    process.exitCode = 1;
  }
}
