/**
 * The registry of roots: brings them up from the journal when they are owed or addressed, puts them to sleep when nothing
 * is owed, and restarts them after a failure. Routing is by address; nothing here could not be rebuilt from the journal.
 */
import { ArenaError, asError, type Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import { createCallers } from './callers.ts';
import { createEnvelopes, type SendOptions } from './envelopes.ts';
import type { FoldedRoot, MachineOf } from './fold.ts';
import type { Append, Journal } from './journal.ts';
import type { Address, Command, Machine } from './machine.ts';
import { type Envelope, inboxMax, type Mail } from './mail.ts';
import { createActorSystem } from './nact.ts';
import { countFailure, createPlace, drainPlace, type Place } from './place.ts';
import { type Clock, type Log, laterTurn } from './ports.ts';
import { alreadyThere, inboxFull, notFound, stopping as stoppingRefusal, unavailable } from './refusals.ts';
import { createRoot, type Root } from './root.ts';
import type { RootEdges } from './root-edges.ts';
import { createStoredRoots } from './stored-roots.ts';
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
  /** Told of every actor that comes into memory, in its state at that moment; for finding a job by its id. */
  readonly appeared?: (address: Address, machine: Machine, state: unknown) => void;
  /** A new root is about to make its first entry, or was taken in with it, because of what its caller says. */
  readonly begun?: (root: string, causedBy: string | null) => void;
  /** Told of every actor that leaves memory. */
  readonly vanished?: (address: Address, machine: Machine) => void;
  /** Milliseconds a root that owes nothing stays in memory. */
  readonly passivateAfterMs?: number;
  /** Entries after which a snapshot of a root is kept; 0 for never. */
  readonly snapshotEvery?: number;
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
  /**
   * Takes in a root from elsewhere, as `keep` writes it, with what caused its first entry; what is sent to it meanwhile waits. Rejects
   * with `conflict` when it is here.
   */
  adopt(id: string, causedBy: string | null, keep: () => Promise<void>): Promise<void>;
  /** Sends a command and resolves with its reply, at its commit. Rejects with `ArenaError`. */
  request(address: Address, command: Command, options?: SendOptions): Promise<Json>;
  /** Sends a command without waiting for anything. */
  tell(address: Address, command: Command): void;
  /** The root as it is on disk; null when there is none. */
  read(root: string): Promise<FoldedRoot | null>;
  /** Folds the journal of a root up to a position. Throws `not_found` when it is not that long. */
  readAt(root: string, position: number): Promise<FoldedRoot>;
  stats(): { live: number; starting: number; backingOff: number; pendingReplies: number; snapshotFailures: number };
  /** Sends nothing more, sets off no timer and refuses requests; answers to what was sent are still taken. A start makes up for the rest. */
  quiesce(): void;
  /** Takes no more commands, lets what it has taken be carried out and written, answers all who wait, stops all actors. */
  stop(): Promise<void>;
}

/** Roots that are brought back before others have the event loop, some tens of milliseconds. */
const rootsPerSlice = 20;

export function createRuntime(options: RuntimeOptions): Runtime {
  const { machineOf, rootOf, parentOf, journal, clock, log } = options;
  const passivateAfterMs = options.passivateAfterMs ?? 30_000;
  const snapshotEvery = options.snapshotEvery ?? 500;
  const places = new Map<string, Place>();
  const callers = createCallers(journal);
  const stored = createStoredRoots(options);
  const timers = createTimers(clock);
  const system = createActorSystem<Mail, Append>((append) => journal.append(append));
  const envelopeOf = createEnvelopes();
  let quiesced = false;
  let stopping = false;

  function edgesOf(id: string, place: Place): RootEdges {
    return {
      send(outbound, address) {
        if (!quiesced) options.send(outbound, address);
      },
      tellElsewhere: (address, command, causedBy) => post(address, envelopeOf(command, { causedBy })),
      reply: callers.reply,
      refuse: callers.refuse,
      appeared: options.appeared ?? (() => {}),
      vanished: options.vanished ?? (() => {}),
      failed: (error) => restart(id, place, error),
      closed: () => leave(id, place),
      rested: () => timers.set(`rest ${id}`, clock.now() + passivateAfterMs, () => passivate(id, place)),
    };
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

  function addPlace(id: string): Place {
    const place = createPlace();
    places.set(id, place);
    return place;
  }

  /** Throws where the root is in memory already. */
  function addNewPlace(id: string): Place {
    if (quiesced) throw new ArenaError(stoppingRefusal);
    if (places.has(id)) throw new ArenaError(alreadyThere(id));
    return addPlace(id);
  }

  /** Brings a root back from the journal: fold, spawn, pay what is owed, then the commands that came meanwhile. */
  async function activate(id: string, place: Place): Promise<void> {
    try {
      await journal.settled(id);
      const { folded, snapshotPosition } = await stored.load(id);
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
      root.reportRest();
    } catch (cause) {
      const error = asError(cause);
      // It may take long: callers that wait for a reply are refused, and commands without a caller stay in the inbox.
      const told = place.inbox.splice(0);
      place.inbox.push(...told.filter(({ envelope }) => !envelope.awaited));
      for (const { envelope } of told) refuse(envelope, unavailable(error));
      restart(id, place, error);
    }
  }

  function restart(id: string, place: Place, error: Error): void {
    if (places.get(id) !== place || place.phase === 'backing_off') return;
    place.phase = 'backing_off';
    const delayMs = countFailure(place, clock.now());
    // What keeps every root from being written is logged once, by the storage.
    const level = error instanceof ArenaError && error.code === 'unavailable' ? 'debug' : 'error';
    log[level](
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

  function passivate(id: string, place: Place): void {
    if (places.get(id) !== place || !place.root?.canPassivate()) return;
    const folded = place.root.committed();
    leave(id, place);
    journal.forget(id);
    if (snapshotEvery > 0 && folded.position - place.snapshotPosition >= snapshotEvery)
      void stored.keepSnapshot(folded);
  }

  function post(address: Address, envelope: Envelope): void {
    if (stopping || (quiesced && envelope.awaited)) return refuse(envelope, stoppingRefusal);
    const id = rootOf(address);
    const place = places.get(id);
    if (place?.root) return place.root.deliver(address, envelope);
    const target = place ?? addPlace(id);
    if (target.inbox.length >= inboxMax) return refuse(envelope, inboxFull(id));
    target.inbox.push({ address, envelope });
    if (!place) void activate(id, target);
  }

  function refuse(envelope: Envelope, refusal: Refusal): void {
    if (envelope.awaited) callers.refuse(envelope.commandId, refusal);
  }

  function quiesce(): void {
    quiesced = true;
    timers.stop();
  }

  return {
    async start() {
      let roots = 0;
      for (const { root, status } of await journal.openRoots()) {
        if (status === 'resting' || stopping) continue;
        // A message may have brought it back already.
        if (!places.has(root)) await activate(root, addPlace(root));
        roots += 1;
        // Reading and folding wait for nothing: whatever else the process has to do must have its turns.
        if (roots % rootsPerSlice === 0) await laterTurn(clock);
      }
      if (roots > 0) log.info({ roots }, 'roots were brought back');
    },
    begin(address, command, sent = {}) {
      return callers.once(sent.commandId, async () => {
        const id = rootOf(address);
        if (sent.commandId !== undefined && !places.has(id)) await stored.refuseOfAnother(id, sent.commandId);
        const place = addNewPlace(id);
        options.begun?.(id, sent.causedBy ?? null);
        const root = raise(id, place, { root: id, position: 0, actors: new Map(), stateOf: () => undefined });
        const envelope = envelopeOf(command, sent, true);
        try {
          return await callers.wait(envelope.commandId, () => root.begin(address, envelope, sent.append));
        } catch (error) {
          if (place.root === root && root.isEmpty()) leave(id, place);
          await stored.refuseOfAnother(id, envelope.commandId, error);
          throw error;
        }
      });
    },
    async adopt(id, causedBy, keep) {
      const place = addNewPlace(id);
      try {
        await stored.refuseOfAnother(id, null);
        await keep();
        options.begun?.(id, causedBy);
      } finally {
        await activate(id, place);
      }
    },
    request: (address, command, sent = {}) =>
      callers.once(sent.commandId, () => {
        const envelope = envelopeOf(command, sent, true);
        return callers.wait(envelope.commandId, () => post(address, envelope));
      }),
    tell: (address, command) => post(address, envelopeOf(command, {})),
    async read(id) {
      const place = places.get(id);
      const folded = place?.root?.committed() ?? (await stored.load(id)).folded;
      return folded.position === 0 ? null : folded;
    },
    readAt: stored.at,
    stats() {
      const count = (phase: Place['phase']) => [...places.values()].filter((place) => place.phase === phase).length;
      return {
        live: count('live'),
        starting: count('starting'),
        backingOff: count('backing_off'),
        pendingReplies: callers.waiting(),
        snapshotFailures: stored.snapshotFailures(),
      };
    },
    quiesce,
    async stop() {
      quiesce();
      stopping = true;
      await Promise.all([...places].map(([id, place]) => drainPlace(place, clock).then(() => journal.settled(id))));
      for (const [id, place] of [...places]) {
        for (const { envelope } of place.inbox) refuse(envelope, stoppingRefusal);
        leave(id, place);
      }
      system.shutdown();
    },
  };
}
