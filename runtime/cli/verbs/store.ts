/** `guildhall store`: what is done to a MessageBox as a whole. Purge, backup and rotate work on a running bus, the others on one that is stopped. */
import type { Verb } from '../verb.ts';
import { backup } from './store/backup.ts';
import { copy } from './store/copy.ts';
import { migrate } from './store/migrate.ts';
import { purge } from './store/purge.ts';
import { restore } from './store/restore.ts';
import { rotate } from './store/rotate.ts';
import { verify } from './store/verify.ts';

export const store: Verb = {
  add(program, io, finish) {
    const command = program.command('store').description('retention, backup and care of the MessageBox');
    for (const verb of [purge, backup, verify, restore, copy, migrate, rotate]) verb.add(command, io, finish);
  },
};
