/**
 * What this host owns of the things that must run once. A heartbeat takes what nobody holds and renews what this host holds.
 * Promises: a duty runs only while its name is owned; it is told to end before the time of the name is over by this host's
 * own clock, whatever the MessageBox says or does not say; whoever was frozen for longer is refused at commit by its fence.
 */
import type { Clock, Instant } from '../contracts/clock.ts';
import type { BusEvent } from '../contracts/events.ts';
import type { MessageBox } from '../contracts/message-box.ts';
import { type Owned, WAKEUP } from '../contracts/ownership.ts';
import type { Service } from '../contracts/service.ts';
import { asBusError } from '../errors/as-bus-error.ts';

export interface Duty {
  /** The name is this host's from now on. What is committed by virtue of that carries `owned`. */
  begin(owned: Owned): void;
  /** It is not, or will not be in a moment. Resolves when nothing of the duty is under way; never rejects. */
  end(): Promise<void>;
}

export interface OwnershipOptions {
  readonly box: MessageBox;
  readonly clock: Clock;
  /** This run of the host. */
  readonly holder: string;
  readonly emit: (event: BusEvent) => void;
}

export interface Ownership extends Service {
  /** Does `duty` whenever this host owns `name`. An earlier duty of that name ends before it begins. */
  assign(name: string, duty: Duty): void;
  /** Ends the duty and gives the name up, unless another duty was assigned meanwhile. */
  withdraw(name: string, duty: Duty): Promise<void>;
  /** A commit was refused for this: the duty ends, and the name is asked for again. */
  refused(owned: Owned): void;
  /** Asks for the names now; resolves when what follows from it has begun or ended. */
  beat(): Promise<void>;
  owned(name: string): Owned | undefined;
}

/** How often names are asked for (ms), and how long they are held. */
export const BEAT = 2000;
export const TENURE = 6000;
/** A duty is told to end so long (ms) before its time is over. */
const MARGIN = 1000;

interface Slot {
  readonly name: string;
  duty?: Duty | undefined;
  owned?: Owned | undefined;
  begun?: { readonly duty: Duty; readonly owned: Owned } | undefined;
  /** Beginnings and ends, one after the other. */
  turn: Promise<void>;
  cancelExpiry: () => void;
}

export function createOwnership({ box, clock, holder, emit }: OwnershipOptions): Ownership {
  const slots = new Map<string, Slot>();
  let running = false;
  let beating: Promise<void> | undefined;
  let again = false;
  let cancelBeat = () => {};
  let endWakeups = () => {};

  /** Brings what runs in line with what is owned. */
  function follow(slot: Slot): Promise<void> {
    slot.turn = slot.turn.then(async () => {
      const { begun } = slot;
      if (begun && (begun.duty !== slot.duty || begun.owned.fence !== slot.owned?.fence)) {
        slot.begun = undefined;
        await begun.duty.end();
      }
      if (slot.owned === undefined || slot.duty === undefined || slot.begun) return;
      slot.begun = { duty: slot.duty, owned: slot.owned };
      slot.duty.begin(slot.owned);
    });
    return slot.turn;
  }

  function told(name: string, slot: Slot): void {
    emit({ name, at: clock.now(), data: { owned: slot.name } });
  }

  function lose(slot: Slot): void {
    slot.cancelExpiry();
    if (slot.owned === undefined) return;
    slot.owned = undefined;
    told('ownership-lost', slot);
    void follow(slot);
  }

  /** `until`: by the clock as it was when the name was asked for. */
  function keep(slot: Slot, owned: Owned, until: Instant): void {
    const left = until - MARGIN - clock.now();
    if (left <= 0) {
      lose(slot); // The answer was so long on its way that it says nothing any more.
      return;
    }
    slot.cancelExpiry();
    slot.cancelExpiry = clock.schedule(left, () => lose(slot));
    if (slot.owned?.fence === owned.fence) return;
    slot.owned = owned;
    told('ownership-taken', slot);
  }

  async function ask(): Promise<void> {
    const asked = [...slots.values()].filter(({ duty }) => duty !== undefined);
    const now = clock.now();
    const until = now + TENURE;
    try {
      const names = asked.map(({ name }) => name);
      const given = new Map((await box.own({ host: holder, names, now, until })).map((owned) => [owned.name, owned]));
      for (const slot of asked) {
        const owned = slots.get(slot.name) === slot ? given.get(slot.name) : undefined;
        if (owned) keep(slot, owned, until);
        else lose(slot);
      }
      await giveBack(names.filter((name) => given.has(name) && !slots.has(name)));
    } catch (thrown) {
      failed(thrown); // What is held runs on until its time is over.
    }
    await Promise.all(asked.map(follow));
  }

  function failed(thrown: unknown): void {
    const { code, message: reason } = asBusError(thrown, 'ownership');
    emit({ name: 'store-failed', at: clock.now(), data: { subscriber: 'ownership', code, reason } });
  }

  /** One at a time; a call during one makes another follow it. */
  function beat(): Promise<void> {
    again = beating !== undefined;
    beating ??= beats();
    return beating;
  }

  async function beats(): Promise<void> {
    cancelBeat();
    do {
      again = false;
      await ask();
    } while (again);
    beating = undefined;
    if (running) cancelBeat = clock.schedule(BEAT, () => void beat());
  }

  async function giveUp(given: readonly Slot[]): Promise<void> {
    for (const slot of given) slot.duty = undefined;
    await Promise.all(given.map(follow));
    const left = given.filter(({ duty }) => duty === undefined);
    const held = left.filter(({ owned }) => owned !== undefined);
    for (const slot of left) {
      slot.cancelExpiry();
      slots.delete(slot.name);
    }
    await giveBack(held.map(({ name }) => name));
  }

  async function giveBack(names: readonly string[]): Promise<void> {
    if (names.length > 0) await box.disown(holder, names, clock.now()).catch(failed);
  }

  return {
    beat,
    owned: (name) => slots.get(name)?.owned,
    assign(name, duty) {
      const slot = slots.get(name) ?? { name, turn: Promise.resolve(), cancelExpiry: () => {} };
      slots.set(name, slot);
      slot.duty = duty;
      void follow(slot);
    },
    async withdraw(name, duty) {
      const slot = slots.get(name);
      if (slot?.duty === duty) await giveUp([slot]);
    },
    refused(owned) {
      const slot = slots.get(owned.name);
      if (slot?.owned?.fence !== owned.fence) return;
      lose(slot);
      if (running) void beat();
    },
    async start() {
      running = true;
      endWakeups = box.onWakeup((word) => {
        if (word === WAKEUP.ownership && running) void beat();
      });
      await beat();
    },
    async stop() {
      running = false;
      endWakeups();
      cancelBeat();
      await beating;
      cancelBeat();
      await giveUp([...slots.values()]);
    },
  };
}
