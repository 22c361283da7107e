/**
 * The registry of roots: brings them up from the journal when they are owed or addressed, puts them to sleep when nothing
 * is owed, and restarts them after a failure. Routing is by address; nothing here could not be rebuilt from the journal.
 */
import { ArenaError, type Refusal } from '../../protocol/errors.ts';
import { randomId } from '../../protocol/ids.ts';
import type { Json } from '../../protocol/json.ts';
import { type FoldedRoot, foldRoot, type MachineOf, shapeOf } from './fold.ts';
import type { Append, Journal } from './journal.ts';
import type { Address, Command, Machine } from './machine.ts';
import type { Envelope, Mail } from './mail.ts';
import { createActorSystem } from './nact.ts';
import type { Clock, Log } from './ports.ts';
import { createRoot, type Root, type RootEdges } from './root.ts';
import { createTimers } from './timers.ts';

export interface RuntimeOptions {
  readonly machines: readonly Machine[];
  readonly machineOf: MachineOf;
  readonly rootOf: (address: Address) => string;
  readonly parentOf: (address: Address) => Address | null;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  /** Sends what a machine asks of the world; the answer comes back by `tell`. */
  readonly send: (outbound: unknown, address: Address) => void;
  /** Told of every actor that is in memory, and when it leaves it; for finding a job by its id. */
  readonly appeared?: (address: Address, machine: Machine) => void;
  readonly vanished?: (address: Address, machine: Machine) => void;
  /** Milliseconds a root that owes nothing stays in memory. */
  readonly passivateAfterMs?: number;
  /** Entries after which a snapshot of a root is kept; 0 for never. */
  readonly snapshotEvery?: number;
}

export interface SendOptions {
  /** The caller's own id of the command: the same id is carried out once and answered alike, also after a restart. */
  commandId?: string;
  causedBy?: string | null;
}

export interface Runtime {
  /** Brings back every root that owes something now, and later those that owe it later. Resolves when the former are in memory or backing off. */
  start(): Promise<void>;
  /**
   * Makes the first entry of a new root. Rejects with `conflict` when there is one already. `append` is called before this
   * returns, and keeps the entry in a transaction of the caller's instead of the journal's own queue.
   */
  begin(
    address: Address,
    command: Command,
    options?: SendOptions & { append?: (append: Append) => void },
  ): Promise<Json>;
  /** Sends a command and resolves with its reply, at its commit. Rejects with `ArenaError`. */
  request(address: Address, command: Command, options?: SendOptions): Promise<Json>;
  /** Sends a command without waiting for anything. */
  tell(address: Address, command: Command): void;
  /** The root as it is on disk; null when there is none. */
  read(root: string): Promise<FoldedRoot | null>;
  /** Folds the journal of a root up to a position. Throws `not_found` when it is not that long. */
  readAt(root: string, position: number): Promise<FoldedRoot>;
  stats(): { live: number; starting: number; backingOff: number; pendingReplies: number; snapshotFailures: number };
  /** Takes no more commands, lets what it has taken be carried out and written, answers all who wait, stops all actors. */
  stop(): Promise<void>;
}

/** Commands that a root keeps while it is brought back; one more is refused. */
const inboxMax = 1_000;
const backoffMs = { base: 50, cap: 30_000 } as const;
/** A root that has gone on for so long is no longer held for one that keeps failing. */
const steadyAfterMs = 60_000;
/** Turns of the event loop that a root is given at a stop to carry out what lies in its mailboxes. */
const drainTurnsMax = 1_000;
const stoppingRefusal: Refusal = { code: 'unavailable', message: 'the arena is stopping' };

interface Place {
  phase: 'starting' | 'live' | 'backing_off';
  root: Root | null;
  readonly inbox: { address: Address; envelope: Envelope }[];
  failures: number;
  failedAt: number;
  snapshotPosition: number;
}

interface Waiting {
  resolve(reply: Json): void;
  reject(error: ArenaError): void;
}

export function createRuntime(options: RuntimeOptions): Runtime {
  const { machines, machineOf, rootOf, parentOf, journal, clock, log } = options;
  const passivateAfterMs = options.passivateAfterMs ?? 30_000;
  const snapshotEvery = options.snapshotEvery ?? 500;
  const shape = shapeOf(machines);
  const places = new Map<string, Place>();
  const waiting = new Map<string, Waiting>();
  const shared = new Map<string, Promise<Json>>();
  const timers = createTimers(clock);
  const system = createActorSystem<Mail, Append>((append) => journal.append(append));
  const processId = randomId();
  let commandNumber = 0;
  let snapshotFailures = 0;
  let stopping = false;

  function edgesOf(id: string, place: Place): RootEdges {
    return {
      send: options.send,
      tellElsewhere: (address, command, causedBy) => post(address, envelopeOf(command, { causedBy })),
      reply: (commandId, reply) => settle(commandId)?.resolve(reply),
      refuse: (commandId, refusal) => settle(commandId)?.reject(new ArenaError(refusal)),
      appeared: options.appeared ?? (() => {}),
      vanished: options.vanished ?? (() => {}),
      failed: (error) => restart(id, place, error),
      closed: () => leave(id, place),
      rested: () => timers.set(`rest ${id}`, clock.now() + passivateAfterMs, () => passivate(id, place)),
    };
  }

  function settle(commandId: string): Waiting | undefined {
    const waiter = waiting.get(commandId);
    waiting.delete(commandId);
    return waiter;
  }

  function raise(id: string, place: Place, folded: FoldedRoot): Root {
    const root = createRoot({
      folded,
      machineOf,
      parentOf,
      system,
      journal,
      clock,
      timers,
      log,
      edges: edgesOf(id, place),
    });
    place.root = root;
    place.phase = 'live';
    return root;
  }

  function placeOf(id: string): Place {
    const place: Place = { phase: 'starting', root: null, inbox: [], failures: 0, failedAt: 0, snapshotPosition: 0 };
    places.set(id, place);
    return place;
  }

  async function loadRoot(id: string): Promise<{ folded: FoldedRoot; snapshotPosition: number }> {
    const snapshot = await journal.loadSnapshot(id);
    const usable = snapshot?.shape === shape ? snapshot : null;
    const entries = await journal.load(id, usable?.position ?? 0);
    return { folded: foldRoot(id, machineOf, entries, usable), snapshotPosition: usable?.position ?? 0 };
  }

  /** Brings a root back from the journal: fold, spawn, pay what is owed, then the commands that came meanwhile. */
  async function activate(id: string, place: Place): Promise<void> {
    try {
      await journal.settled(id);
      const { folded, snapshotPosition } = await loadRoot(id);
      if (places.get(id) !== place || stopping) return;
      if (folded.position === 0) {
        places.delete(id);
        for (const { address, envelope } of place.inbox) refuse(envelope, notFound(address));
        return;
      }
      place.snapshotPosition = snapshotPosition;
      const root = raise(id, place, folded);
      root.settleDebts();
      // What it owes may have failed again.
      if (place.root !== root) return;
      for (const { address, envelope } of place.inbox.splice(0)) root.deliver(address, envelope);
      root.rest();
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      // Nobody knows how long it takes: who waits is told, and what need not be answered goes on waiting.
      const told = place.inbox.splice(0);
      place.inbox.push(...told.filter(({ envelope }) => !envelope.awaited));
      for (const { envelope } of told) refuse(envelope, unavailable(error));
      restart(id, place, error);
    }
  }

  /** Unless a message has brought it back already. */
  async function bringBack(id: string): Promise<void> {
    if (!places.has(id)) await activate(id, placeOf(id));
  }

  function restart(id: string, place: Place, error: Error): void {
    if (places.get(id) !== place || place.phase === 'backing_off') return;
    place.phase = 'backing_off';
    if (clock.now() - place.failedAt > steadyAfterMs) place.failures = 0;
    place.failures += 1;
    place.failedAt = clock.now();
    const delayMs = Math.min(backoffMs.cap, backoffMs.base * 2 ** (place.failures - 1));
    log.error(
      { root: id, err: error, delay_ms: delayMs, failures: place.failures },
      'a root failed and is brought back from the journal',
    );
    const root = place.root;
    place.root = null;
    root?.halt(unavailable(error));
    timers.set(`restart ${id}`, clock.now() + delayMs, () => {
      place.phase = 'starting';
      void activate(id, place);
    });
  }

  function leave(id: string, place: Place): void {
    if (places.get(id) !== place) return;
    places.delete(id);
    timers.clear(`rest ${id}`);
    timers.clear(`restart ${id}`);
    place.root?.halt({ code: 'unavailable', message: `${id} has left memory` });
    place.root = null;
  }

  /** Lets a root carry out what it has taken, until nothing is on its way or it has had its turns. */
  async function drain(id: string, place: Place): Promise<void> {
    for (let turn = 0; turn < drainTurnsMax && place.root && !place.root.isQuiet(); turn += 1) {
      await new Promise<void>((resolve) => clock.soon(resolve));
    }
    await journal.settled(id);
  }

  function passivate(id: string, place: Place): void {
    if (places.get(id) !== place || !place.root?.isResting()) return;
    const folded = place.root.committed();
    leave(id, place);
    journal.sleep(id, null);
    if (snapshotEvery > 0 && folded.position - place.snapshotPosition >= snapshotEvery) void keepSnapshot(folded);
  }

  async function keepSnapshot(folded: FoldedRoot): Promise<void> {
    const streams = [...folded.actors.values()].map(({ address, machine, state, seq }) => ({
      stream: address,
      kind: machine.kind,
      seq,
      state: state as Json,
    }));
    try {
      await journal.saveSnapshot({ root: folded.root, position: folded.position, shape, streams });
    } catch (error) {
      snapshotFailures += 1;
      log.warn({ root: folded.root, err: error }, 'a snapshot could not be kept');
    }
  }

  function envelopeOf(command: Command, sent: SendOptions, awaited = false): Envelope {
    commandNumber += 1;
    return {
      commandId: sent.commandId ?? `${processId}.${commandNumber}`,
      causedBy: sent.causedBy ?? null,
      command,
      fromOutside: true,
      awaited,
      keepReply: awaited && sent.commandId !== undefined,
    };
  }

  function post(address: Address, envelope: Envelope): void {
    if (stopping) return refuse(envelope, stoppingRefusal);
    const id = rootOf(address);
    const place = places.get(id);
    if (place?.root) {
      place.root.deliver(address, envelope);
      return;
    }
    const target = place ?? placeOf(id);
    if (target.inbox.length >= inboxMax) {
      return refuse(envelope, {
        code: 'overloaded',
        message: `${id} is being brought back and has ${inboxMax} commands waiting`,
      });
    }
    target.inbox.push({ address, envelope });
    if (!place) void activate(id, target);
  }

  function refuse(envelope: Envelope, refusal: Refusal): void {
    if (envelope.awaited) settle(envelope.commandId)?.reject(new ArenaError(refusal));
  }

  function awaitReply(envelope: Envelope, dispatch: () => void): Promise<Json> {
    return new Promise((resolve, reject) => {
      waiting.set(envelope.commandId, { resolve, reject });
      dispatch();
    });
  }

  /** Whether what could not be begun exists in the journal, and was made by somebody else. */
  async function isOfAnother(id: string, envelope: Envelope): Promise<boolean> {
    const [first] = await journal.load(id).catch(() => []);
    return first !== undefined && first.commandId !== envelope.commandId;
  }

  /** A command with its own id: one of the same id that is under way or was answered gives its reply. */
  async function once(commandId: string | undefined, carryOut: () => Promise<Json>): Promise<Json> {
    if (commandId === undefined) return carryOut();
    const underWay = shared.get(commandId);
    if (underWay) return underWay;
    const outcome = (async () => {
      const receipt = await journal.receipt(commandId);
      return receipt ? receipt.reply : carryOut();
    })();
    shared.set(commandId, outcome);
    try {
      return await outcome;
    } finally {
      shared.delete(commandId);
    }
  }

  return {
    async start() {
      const now = clock.now();
      let roots = 0;
      for (const { root, dueAt } of await journal.openRoots()) {
        if (dueAt === null || stopping) continue;
        if (dueAt > now) {
          timers.set(`due ${root}`, dueAt, () => void bringBack(root));
          continue;
        }
        await bringBack(root);
        roots += 1;
      }
      if (roots > 0) log.info({ roots }, 'roots were brought back');
    },
    begin(address, command, sent = {}) {
      return once(sent.commandId, async () => {
        if (stopping) throw new ArenaError(stoppingRefusal);
        const id = rootOf(address);
        if (places.has(id)) throw new ArenaError(alreadyThere(id));
        const place = placeOf(id);
        const root = raise(id, place, { root: id, position: 0, actors: new Map(), stateOf: () => undefined });
        const envelope = envelopeOf(command, sent, true);
        try {
          return await awaitReply(envelope, () => root.begin(address, envelope, sent.append));
        } catch (error) {
          if (place.root === root && root.isEmpty()) leave(id, place);
          throw (await isOfAnother(id, envelope)) ? new ArenaError(alreadyThere(id), { cause: error }) : error;
        }
      });
    },
    request: (address, command, sent = {}) =>
      once(sent.commandId, () => {
        const envelope = envelopeOf(command, sent, true);
        return awaitReply(envelope, () => post(address, envelope));
      }),
    tell: (address, command) => post(address, envelopeOf(command, {})),
    async read(id) {
      const place = places.get(id);
      const folded = place?.root?.committed() ?? (await loadRoot(id)).folded;
      return folded.position === 0 ? null : folded;
    },
    async readAt(id, position) {
      const entries = await journal.load(id);
      if (position < 1 || position > entries.length) {
        throw new ArenaError({
          code: 'not_found',
          message: `${id} has the positions 1 to ${entries.length}, not ${position}`,
        });
      }
      return foldRoot(id, machineOf, entries.slice(0, position));
    },
    stats() {
      const phases = [...places.values()].map((place) => place.phase);
      return {
        live: phases.filter((phase) => phase === 'live').length,
        starting: phases.filter((phase) => phase === 'starting').length,
        backingOff: phases.filter((phase) => phase === 'backing_off').length,
        pendingReplies: waiting.size,
        snapshotFailures,
      };
    },
    async stop() {
      stopping = true;
      timers.clearAll();
      await Promise.all([...places].map(([id, place]) => drain(id, place)));
      for (const [id, place] of [...places]) {
        for (const { envelope } of place.inbox) refuse(envelope, stoppingRefusal);
        leave(id, place);
      }
      timers.clearAll();
      system.shutdown();
    },
  };
}

function alreadyThere(id: string): Refusal {
  return { code: 'conflict', message: `${id} exists already` };
}

function unavailable(error: Error): Refusal {
  return {
    code: 'unavailable',
    message: `the arena could not keep this: ${error.message}; ask again what became of it`,
  };
}

function notFound(address: Address): Refusal {
  return { code: 'not_found', message: `there is nothing at ${address}` };
}
