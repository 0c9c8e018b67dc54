/** `guildhall` as a child process that ends with whoever holds the other end of its standard input, however that ends. */
import { main, systemConsole } from '../../runtime/cli/main.ts';

process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM')).resume();
const exitCode = await main(process.argv.slice(2), systemConsole());
process.exit(exitCode);
