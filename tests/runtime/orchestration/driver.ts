/** Drives an orchestration event by event and writes its commands down with short names, whatever their ids. */
import { partOf } from '../../../runtime/contracts/message.ts';
import type { Command, Event, Instance, Loaded, Migration, Program } from '../../../runtime/contracts/orchestration.ts';
import { advance } from '../../../runtime/orchestration/advance.ts';
import { migrateInstance } from '../../../runtime/orchestration/migrate/migrate-instance.ts';
import { startInstance } from '../../../runtime/orchestration/start.ts';
import { schemas } from './orchestration-fixture.ts';

/** Timers, sends and awaits are counted from 1 in the order in which they were asked for. */
export type Happening =
  | {
      readonly receive: {
        readonly port: string;
        readonly type: string;
        readonly document: object;
        readonly await?: number;
        readonly again?: string;
      };
    }
  /** By its convoy: no await is named. */
  | { readonly convoy: { readonly port: string; readonly type: string; readonly document: object } }
  | { readonly respond: { readonly send: number; readonly type: string; readonly document: object } }
  | {
      readonly refuse: {
        readonly send: number;
        readonly code: string;
        readonly fault?: string;
        readonly reason?: string;
        readonly detail?: unknown;
      };
    }
  | { readonly delivered: number }
  | { readonly undelivered: { readonly send: number; readonly code: string; readonly fault?: string } }
  | { readonly timer: number }
  | { readonly signal: 'resumed' | 'cancelled' };

export interface SavedDriver {
  readonly instance: Instance;
  readonly now: number;
  readonly messages: readonly { readonly id: string; readonly type: string; readonly document: unknown }[];
  readonly names: readonly (readonly [string, string])[];
  readonly counts: readonly (readonly [string, number])[];
  readonly open: readonly (Command & { kind: 'await' })[];
}

const ENTIRE = ['track shape-passed'];

export class Driver {
  readonly names = new Map<string, string>();
  readonly counts = new Map<string, number>();
  readonly messages = new Map<string, Loaded>();
  readonly open = new Map<string, Command & { kind: 'await' }>();
  instance: Instance;
  now = 0;
  program: Program;

  constructor(program: Program) {
    this.program = program;
    this.instance = startInstance(program, 'i', 'orchestration:test');
  }

  /** The commands of the step as text; passed shapes are left out. */
  take(happening: Happening): string[] {
    return this.commandsOf(happening)
      .map((command) => this.describe(command))
      .filter((line) => !ENTIRE.some((each) => line.startsWith(each)));
  }

  commandsOf(happening: Happening): readonly Command[] {
    const event = this.#event(happening);
    const held = this.instance.messages.map((id): [string, Loaded] => [id, this.messages.get(id)!]);
    const { instance, commands } = advance(this.program, this.instance, event, new Map(held));
    this.instance = instance;
    for (const command of commands) this.#note(command);
    return commands;
  }

  /** All that it knows, as plain JSON. */
  save(): SavedDriver {
    const { instance, now } = this;
    const messages = [...this.messages.values()].map(({ id, type, document }) => ({ id, type, document }));
    const known = { names: [...this.names], counts: [...this.counts], open: [...this.open.values()] };
    return JSON.parse(JSON.stringify({ instance, now, messages, ...known })) as SavedDriver;
  }

  /** Goes on where another stood, maybe under an earlier release. */
  static restore(program: Program, saved: SavedDriver): Driver {
    const driver = new Driver(program);
    for (const { id, type, document } of saved.messages) driver.#keep(id, type, document);
    for (const [id, name] of saved.names) driver.names.set(id, name);
    for (const [letter, count] of saved.counts) driver.counts.set(letter, count);
    for (const command of saved.open) driver.open.set(command.id, command);
    driver.instance = saved.instance;
    driver.now = saved.now;
    return driver;
  }

  /** Goes on under another version; gives the commands of that, or why it does not fit. */
  migrate(to: Program, migration?: Migration): string[] | string {
    const held = this.instance.messages.map((id): [string, Loaded] => [id, this.messages.get(id)!]);
    const versions = { from: this.program, to, migration, rebound: new Set<string>() };
    const migrated = migrateInstance({ instance: this.instance, ...versions, at: this.now, loaded: new Map(held) });
    if ('misfit' in migrated) return migrated.misfit.reason;
    this.program = to;
    this.instance = migrated.step.instance;
    for (const command of migrated.step.commands) this.#note(command);
    return migrated.step.commands.map((command) => this.describe(command));
  }

  restart(): void {
    this.instance = JSON.parse(JSON.stringify(this.instance)) as Instance;
  }

  #event(happening: Happening): Event {
    const at = this.now;
    if ('timer' in happening) return { kind: 'timer', id: this.#id(`t${happening.timer}`), at };
    if ('signal' in happening) return { kind: happening.signal, at };
    if ('refuse' in happening) {
      const { send, reason = 'refused', ...told } = happening.refuse;
      return { kind: 'refused', id: this.#id(`s${send}`), reason, ...told, at };
    }
    if ('delivered' in happening) return { kind: 'delivered', id: this.#id(`s${happening.delivered}`), at };
    if ('undelivered' in happening) {
      const { send, ...told } = happening.undelivered;
      return { kind: 'undelivered', id: this.#id(`s${send}`), reason: 'not delivered', ...told, at };
    }
    if ('respond' in happening) {
      const { send, type, document } = happening.respond;
      return { kind: 'responded', id: this.#id(`s${send}`), message: this.#load(type, document), at };
    }
    if ('convoy' in happening) {
      const { port, type, document } = happening.convoy;
      return { kind: 'received', port, message: this.#load(type, document), at };
    }
    const { port, type, document, await: number, again } = happening.receive;
    const message = again ? this.messages.get(this.#id(again))! : this.#load(type, document);
    const found = [...this.open.values()].find((each) => fits(each, port, message))?.id;
    const awaited = number === undefined ? found : this.#id(`a${number}`);
    return { kind: 'received', port, message, ...(awaited === undefined ? {} : { await: awaited }), at };
  }

  #load(type: string, document: unknown, id?: string): Loaded {
    const known = id ?? `in/${(this.counts.get('m') ?? 0) + 1}`;
    this.#name(known, id ? 'c' : 'm');
    return this.#keep(known, type, document);
  }

  #keep(id: string, type: string, document: unknown): Loaded {
    const context = schemas.find(type)?.promote(document) ?? new Map();
    const message: Loaded = {
      id,
      interchange: 'x',
      type,
      parts: [partOf(new Uint8Array(), 'application/json')],
      context,
      document,
    };
    this.messages.set(id, message);
    return message;
  }

  #name(id: string, letter: string): void {
    const count = (this.counts.get(letter) ?? 0) + 1;
    this.counts.set(letter, count);
    this.names.set(id, `${letter}${count}`);
  }

  #id(name: string): string {
    return [...this.names].find(([, each]) => each === name)?.[0] ?? `unknown ${name}`;
  }

  #note(command: Command): void {
    if (command.kind === 'construct') this.#load(command.message.type, command.message.document, command.id);
    if (command.kind === 'send' || command.kind === 'start' || command.kind === 'task') this.#name(command.id, 's');
    if (command.kind === 'timer') this.#name(command.id, 't');
    if (command.kind === 'await') {
      this.#name(command.id, 'a');
      this.open.set(command.id, command);
    }
    if (command.kind === 'cancel-await') this.open.delete(command.await);
  }

  describe(command: Command): string {
    const name = (id: string) => this.names.get(id) ?? id;
    switch (command.kind) {
      case 'construct':
        return `construct ${name(command.id)} ${command.message.type} ${JSON.stringify(command.message.document)}`;
      case 'send':
        return `send ${name(command.id)} ${command.port} ${name(command.message)}${command.respond ? ' respond' : ''}${command.notify ? ' notify' : ''}${propertiesOf(command.properties)}`;
      case 'task':
        return `task ${name(command.id)} ${command.role} ${command.form} "${command.title}"${command.show ? ` ${name(command.show)}` : ''}${command.due === undefined ? '' : ` due ${command.due}`}`;
      case 'cancel-task':
        return `cancel-task ${name(command.task)}`;
      case 'start':
        return `start ${name(command.id)} ${command.orchestration} ${name(command.message)}${command.respond ? ' respond' : ''}${propertiesOf(command.properties)}`;
      case 'reply':
        return `reply ${command.port} ${name(command.message)} to ${name(command.request)}`;
      case 'await':
        return `await ${name(command.id)} ${command.port} ${command.messageType}${propertiesOf(command.properties)}${command.convoy ? ' convoy' : ''}`;
      case 'close-convoy':
        return `close-convoy ${command.group} ${command.values.join(' ')}`;
      case 'cancel-await':
        return `cancel-await ${name(command.await)}`;
      case 'timer':
        return `timer ${name(command.id)} ${command.at}`;
      case 'cancel-timer':
        return `cancel-timer ${name(command.timer)}`;
      case 'return':
        return `return ${name(command.message)}`;
      case 'track':
        return `track ${command.name}${command.shape ? ` ${command.shape}` : ''}${command.name === 'milestone-reached' ? propertiesOf(command.data) : ''}`;
    }
  }
}

const propertiesOf = (properties: Readonly<Record<string, unknown>>) =>
  Object.entries(properties)
    .map(([key, value]) => ` ${key}=${String(value)}`)
    .join('');

function fits(
  { port, messageType, properties }: Command & { kind: 'await' },
  at: string,
  { type, context }: Loaded,
): boolean {
  return (
    port === at &&
    type === messageType &&
    Object.entries(properties).every(([key, value]) => context.get(key)?.value === value)
  );
}
