/** kill -9 of the bus in the middle of the demo's load, twice: the account still balances by the town's own books. */

import { freePorts } from '../servers/ports.ts';
import { accountOf } from '../town/account.ts';
import { startNorthmoor } from '../town/northmoor.ts';
import { reportsOf } from '../town/reports.ts';
import { sendReports, settled } from '../town/send-reports.ts';
import { pause } from '../town/system.ts';

test('what was accepted before a kill -9 is delivered after it, once', async () => {
  const seed = 7;
  const reports = reportsOf(seed);
  const [http, admin] = await freePorts(2);
  const listeners = { http: `127.0.0.1:${http}`, admin: `127.0.0.1:${admin}` };
  const northmoor = await startNorthmoor({ seed, reports, listeners, say: () => {} });
  try {
    await sendReports(northmoor.town, reports);
    await pause(700);
    await northmoor.restart();
    await pause(1500);
    await northmoor.restart();
    const counts = await settled(northmoor.town, northmoor.bus, () => {});
    const account = accountOf(reports, await northmoor.town.account(), counts);
    expect(account.problems).toEqual([]);
    expect(account.lost).toBe(0);
  } finally {
    await northmoor.stop();
  }
}, 120_000);
