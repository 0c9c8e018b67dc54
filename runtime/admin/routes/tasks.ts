/** GET /tasks: what people are to do, of their roles; POST /tasks/:id/complete: what one of them filled in. */
import express, { type Request, type Router, Router as router } from 'express';
import type { DeliveryRecord } from '../../contracts/inspection.ts';
import { type Message, withProperties } from '../../contracts/message.ts';
import { BUS, subscriberOf, TASK } from '../../contracts/properties.ts';
import type { CompiledSchema } from '../../contracts/schema.ts';
import { reasonOf } from '../../errors/as-bus-error.ts';
import { busError } from '../../errors/bus-error.ts';
import { carried, promoted, textOf, write } from '../../host/documents.ts';
import { schemaViolation } from '../../pipelines/violations.ts';
import { callerOf, checkRole } from '../callers.ts';
import type { AdminContext } from '../context.ts';
import { actorOf, OPEN, openTask } from '../open-task.ts';
import { limitParameter, textParameter } from '../query.ts';
import { holderOf, TASK_EVENT } from '../task-holder.ts';
import { bodyOf } from '../view.ts';

const LIMIT = '16mb';

export function taskRoutes(context: AdminContext): Router {
  const { box, clock, host, newId } = context;

  async function shown(delivery: DeliveryRecord) {
    const record = await box.inspection.message(delivery.message!);
    if (!record) return [];
    const holder = holderOf(record.history);
    const held = { claimedBy: holder?.name ?? null, claimedAt: holder?.at ?? null };
    return [{ ...described(record.message), since: delivery.since, ...held, body: await bodyOf(record.message) }];
  }

  /** The newest of one role, or of all. */
  function openOf(role: string | undefined, request: Request): Promise<readonly DeliveryRecord[]> {
    const before = textParameter(request, 'before');
    const chosen = {
      ...(role === undefined ? {} : { subscriber: subscriberOf.tasks(role) }),
      ...(before === undefined ? {} : { before }),
    };
    return box.inspection.deliveries({ ...OPEN, ...chosen, limit: limitParameter(request, 100) }, clock.now());
  }

  return router()
    .get('/tasks', async (request, response) => {
      const caller = callerOf(response);
      const role = textParameter(request, 'role');
      if (role !== undefined) checkRole(caller, role);
      const roles = role === undefined && caller ? caller.roles : [role];
      const found = (await Promise.all(roles.map((each) => openOf(each, request)))).flat();
      const newest = found.sort((a, b) => b.since - a.since).slice(0, limitParameter(request, 100));
      response.json({ tasks: (await Promise.all(newest.map(shown))).flat() });
    })
    .post('/tasks/:id/complete', express.raw({ type: () => true, limit: LIMIT }), async (request, response) => {
      const { id } = request.params as { id: string };
      const caller = callerOf(response);
      const by = actorOf(caller, textParameter(request, 'by'));
      const { delivery, asked, role, holder } = await openTask(id, caller, context);
      if (caller && holder && holder.name !== by) throw busError('TASK_CLAIMED', { id, holder: holder.name });
      const message = answerTo(asked, by, filledIn(request, formOf(asked)));
      await box.commit({
        now: clock.now(),
        operate: [{ kind: 'terminate', delivery }],
        publish: [{ message, unrouted: 'keep' }],
        track: [{ name: TASK_EVENT.completed, at: clock.now(), message: id, data: { by, role, answer: message.id } }],
      });
      response.json({ id, completed: true, messageId: message.id });
    });

  function formOf({ context }: Message): CompiledSchema {
    const form = textOf(context, TASK.form)!;
    const schema = host.schemas.find(form);
    if (!schema) throw busError('NOT_FOUND', { what: 'message type', id: form });
    return schema;
  }

  function answerTo(asked: Message, by: string, { schema, document }: FilledIn): Message {
    const organisation = asked.context.get(BUS.organisation);
    const context = withProperties(new Map(), [
      [BUS.responseTo, promoted(asked.id)],
      [TASK.by, carried(by)],
      ...(organisation ? [[BUS.organisation, organisation] as const] : []),
    ]);
    return write({ id: newId(), interchange: asked.interchange, context, document }, schema);
  }
}

interface FilledIn {
  readonly schema: CompiledSchema;
  readonly document: unknown;
}

/** JSON is the logical document, whatever the format of the form; anything else is in that format. */
function filledIn(request: Request, schema: CompiledSchema): FilledIn {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const document = request.is('json') ? parsed(bytes) : schema.read(bytes);
  const violations = schema.validate(document, request.is('json') && schema.format !== 'json' ? undefined : bytes);
  if (violations.length > 0) throw schemaViolation(schema.type, violations, new Map());
  return { schema, document };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (thrown) {
    throw busError('ADMIN_BAD_REQUEST', { reason: `this is no JSON: ${reasonOf(thrown)}` }, { cause: thrown });
  }
}

function described({ id, context }: Message) {
  const { role, title, form, due, instance } = TASK;
  const text = (name: string) => textOf(context, name) ?? null;
  return { id, role: text(role), title: text(title), form: text(form), due: text(due), instance: text(instance) };
}
