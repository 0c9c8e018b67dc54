/** Disks are full for a while: the one of the SQLite store, and the one of the folder where files for the county are put. */
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { promisify } from 'node:util';
import { pause } from '../../town/system.ts';
import type { BusHost } from '../bus-host.ts';
import type { SmallDisk } from '../small-disk.ts';
import type { Stage } from '../stage.ts';
import { between, type Fault } from './fault.ts';

const execute = promisify(execFile);

export function diskFaults({ store, dropDisk, hosts }: Stage): readonly Fault[] {
  const [host] = hosts;
  return [
    ...(dropDisk ? [full('the drop folder', 'county', dropDisk)] : []),
    ...(store.kind === 'sqlite' && store.disk ? [full('the store’s disk', 'store', store.disk)] : []),
    ...(store.kind === 'sqlite' && !store.disk && process.platform === 'linux' ? [limited(host!, store.path)] : []),
  ];
}

function full(name: string, part: string, disk: SmallDisk): Fault {
  return {
    name: `${name} full`,
    part,
    run: async ({ chance, say, alone, othersGoOn }) => {
      const time = between(chance, 2, 6);
      say(`${name} is full for ${time} ms`);
      disk.fill();
      try {
        if (alone && part === 'county') await othersGoOn(part);
        await pause(time);
      } finally {
        disk.empty();
      }
    },
  };
}

/** For whoever may not mount: no file of the host may grow beyond the store's, so that the next write of it fails. */
function limited(host: BusHost, path: string): Fault {
  return {
    name: 'the store cannot grow',
    part: 'hosts',
    run: async ({ chance, say }) => {
      const time = between(chance, 2, 6);
      const size = Math.max(...[path, `${path}-wal`].filter(existsSync).map((file) => statSync(file).size));
      say(`no file of ${host.name} may grow beyond ${size} bytes for ${time} ms`);
      const limit = (to: string) => execute('prlimit', ['--pid', String(host.pid), `--fsize=${to}:`]);
      await limit(String(size));
      await pause(time);
      await limit('unlimited');
    },
  };
}
