/**
 * Preloaded into a host (`--import`): its clock goes wrong when told to. SIGUSR2: from now on it is as many milliseconds ahead
 * as the file that GUILDHALL_CHAOS_CLOCK names says; behind where that is negative. A new process begins with what the file says.
 */
import { existsSync, readFileSync } from 'node:fs';

const path = process.env['GUILDHALL_CHAOS_CLOCK']!;
const now = Date.now;
let ahead = told();

Date.now = () => now() + ahead;
process.on('SIGUSR2', () => {
  ahead = told();
});

function told(): number {
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
}
