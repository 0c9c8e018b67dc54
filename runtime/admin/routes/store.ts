/** POST /store/purge {dryRun}, /store/backup {file} and /store/rotate: what is done to a store while the bus runs on it. */
import { isAbsolute } from 'node:path';
import express, { type Router, Router as router } from 'express';
import type { Clock } from '../../contracts/clock.ts';
import { busError } from '../../errors/bus-error.ts';
import { purgeRound } from '../../host/purging.ts';
import type { Rotate } from '../../message-box/sealed/rotate.ts';
import type { AdminContext } from '../context.ts';

/** What one step of a dry run looks at. */
const LIMIT = 500;
/** Messages in one step of a rotation, and milliseconds between steps. */
const AT_ONCE = 50;
const PAUSE = 10;

export function storeRoutes({ box, clock, retention: policy, rotate }: AdminContext): Router {
  return router()
    .post('/store/purge', express.json(), async (request, response) => {
      const { dryRun } = (request.body ?? {}) as { dryRun?: unknown };
      const now = clock.now();
      const purged = dryRun
        ? await box.purge({ now, policy, limit: LIMIT, dryRun: true })
        : await purgeRound({ box, clock, policy });
      const { more: _, ...counts } = purged;
      response.json(counts);
    })
    .post('/store/backup', express.json(), async (request, response) => {
      const { file } = (request.body ?? {}) as { file?: unknown };
      if (typeof file !== 'string' || !isAbsolute(file)) {
        throw busError('ADMIN_BAD_REQUEST', { reason: 'give {"file": the absolute path of the copy}' });
      }
      if (!box.backup) throw busError('STORE_NO_BACKUP', { reason: 'it is no file' });
      await box.backup(file);
      response.json({ file });
    })
    .post('/store/rotate', async (_request, response) => {
      if (!rotate) throw busError('STORE_NOT_SEALED');
      response.json(await rotateAll(rotate, clock));
    });
}

/** In steps with pauses, so that traffic does not feel it. */
async function rotateAll(rotate: Rotate, clock: Clock): Promise<{ seen: number; rotated: number; left: number }> {
  const total = { seen: 0, rotated: 0, left: 0 };
  for (let before: string | undefined; ; ) {
    const step = await rotate({ now: clock.now(), limit: AT_ONCE, ...(before === undefined ? {} : { before }) });
    total.seen += step.seen;
    total.rotated += step.rotated;
    total.left += step.left;
    if (step.before === undefined) return total;
    before = step.before;
    await clock.sleep(PAUSE);
  }
}
