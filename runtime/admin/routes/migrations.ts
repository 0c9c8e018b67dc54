/** POST /migrations: takes running instances to a version of their orchestration, or says which would fit. */
import express, { type Router, Router as router } from 'express';
import type { Definition } from '../../contracts/message-box.ts';
import { busError } from '../../errors/bus-error.ts';
import { createMigrator, type MigrationOrder } from '../../host/migrate.ts';
import type { AdminContext } from '../context.ts';

/** How many instances at a time. */
const PAGE = 100;
/** A definition may come along. */
const LARGEST = '128mb';

export function migrationRoutes(context: AdminContext): Router {
  const { host } = context;
  const migrator = createMigrator({
    ...context,
    deploymentOf: (hash) => host.deploymentOf(hash),
    compile: (definition) => host.compile(definition),
  });
  return router().post('/migrations', express.json({ limit: LARGEST }), async (request, response) => {
    response.json(await migrator.migrate(orderOf(request.body, host.status.definition)));
  });
}

const refuse = (reason: string) => busError('ADMIN_BAD_REQUEST', { reason });

function orderOf(body: unknown, current: string): MigrationOrder {
  const { orchestration, instance, to = 'current', dryRun = false, after, definition } = fieldsOf(body);
  if (typeof orchestration !== 'string' || orchestration === '') throw refuse('"orchestration" is the name of one');
  for (const [name, value] of Object.entries({ instance, to, after })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw refuse(`"${name}" is a text`);
  }
  if (typeof dryRun !== 'boolean') throw refuse('"dryRun" is true or false');
  const given = definition === undefined ? undefined : definitionIn(definition, dryRun);
  return {
    orchestration,
    to: given?.hash ?? (to === 'current' ? current : String(to)),
    dryRun,
    limit: PAGE,
    ...(given ? { definition: given } : {}),
    ...(instance === undefined ? {} : { instance: String(instance) }),
    ...(after === undefined ? {} : { after: String(after) }),
  };
}

const fieldsOf = (body: unknown) => (body ?? {}) as Readonly<Record<string, unknown>>;

function definitionIn(value: unknown, dryRun: boolean): Definition {
  const { hash, name, content } = fieldsOf(value);
  if (typeof hash !== 'string' || typeof name !== 'string' || typeof content !== 'string')
    throw refuse('"definition" has the texts "hash", "name" and "content"');
  if (!dryRun) throw refuse('"definition" goes with "dryRun": instances come only to what is deployed');
  return { hash, name, content };
}
