/**
 * One root while it is in memory: how its actors handle messages, and its pipelined commits. A handler decides, evolves, appends
 * and returns without waiting; what concerns the root itself goes on at once, what others can see leaves at the commit.
 * Who lives in it is `live-actors.ts`; bringing a root up and down again is `runtime.ts`.
 */
import { asError, type Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import { createEffects } from './effects.ts';
import type { FoldedRoot, MachineOf } from './fold.ts';
import type { Append, Journal, RootStatus } from './journal.ts';
import { createLiveActors, isFinal, type LiveActor } from './live-actors.ts';
import type { ActorState, Address, Command } from './machine.ts';
import { type Envelope, type Mail, mailboxMax } from './mail.ts';
import type { ActorSystem } from './nact.ts';
import { createOpenStatus } from './open-status.ts';
import { createPendingCommits } from './pending-commits.ts';
import type { Clock, Log } from './ports.ts';
import { alreadyThere, overloaded } from './refusals.ts';
import { createReplies } from './replies.ts';
import type { RootEdges } from './root-edges.ts';
import type { Timers } from './timers.ts';
import { runTurn, type Turn, type TurnStep } from './turn.ts';

export interface RootOptions {
  readonly folded: FoldedRoot;
  readonly machineOf: MachineOf;
  readonly parentOf: (address: Address) => Address | null;
  readonly system: ActorSystem<Mail, Append>;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly edges: RootEdges;
}

export interface Root {
  /** Delivers a command. An address that has no actor, or a full mailbox, is answered with a refusal. */
  deliver(address: Address, envelope: Envelope): void;
  /** Makes the first entry of an actor of this root that has no parent. */
  begin(address: Address, envelope: Envelope, append?: (append: Append) => void): void;
  /** Does what the states owe, after the root was brought back. */
  settleDebts(): void;
  /** The root as it is on disk. */
  committed(): FoldedRoot;
  /** Stops all actors, leaf first, in this turn. What was queued is fenced; callers that wait for a reply are refused. */
  halt(refusal: Refusal): void;
  /** Tells the edges that it is closed, or that it rests, if that is so. */
  reportRest(): void;
  /** No actor lives here: the first was never made. */
  isEmpty(): boolean;
  /** No message waits and nothing is being committed. */
  isDrained(): boolean;
  /** It is drained, no caller waits for a reply, and no machine owes anything. */
  canPassivate(): boolean;
}

export function createRoot(options: RootOptions): Root {
  const { machineOf, system, journal, clock, timers, log, edges } = options;
  const id = options.folded.root;
  const replies = createReplies(id, edges, log);
  const commits = createPendingCommits();
  let position = options.folded.position;
  let committedPosition = position;
  let halted = false;
  let messageNumber = 0;
  const live = createLiveActors({
    folded: options.folded,
    parentOf: options.parentOf,
    system,
    handle,
    crashed: fail,
    appeared: edges.appeared,
    vanished: edges.vanished,
    stopped: timers.clear,
  });
  const status = createOpenStatus(id, live);
  const stateOf = (address: Address) => live.get(address)?.state;

  const effects = createEffects({
    root: id,
    live,
    timers,
    clock,
    edges,
    deliver: (address, command, causedBy) => orFail(() => deliver(address, internal(command, causedBy))),
    spawn: (address, command, causedBy) => begin(address, internal(command, causedBy)),
    reply: replies.reply,
    isHalted: () => halted,
  });

  function handle(actor: LiveActor, mail: Mail, persist: (append: Append, seq: number) => void): void {
    if (halted) return;
    live.taken(actor);
    const envelope =
      mail === 'children_settled' ? internal({ type: mail, children: actor.notices.splice(0) } as Command, null) : mail;
    const turn = take(actor.address, envelope, () => actor);
    if (turn) carryOut(envelope, turn, (append) => persist(append, actor.seq));
    if (halted) return;
    live.leave(actor);
    reportRest();
  }

  /** The turn of a command; null when a machine threw: then the root has failed, or the caller was refused. */
  function take(address: Address, envelope: Envelope, actorOf: () => ActorState): Turn | null {
    const { commandId, causedBy, command } = envelope;
    try {
      const input = { root: id, position, commandId, causedBy, at: clock.now() };
      return runTurn(actorOf(), command, input, initialActor, stateOf);
    } catch (cause) {
      const error = new Error(`${address} cannot handle ${command.type}`, { cause });
      if (!envelope.fromOutside) {
        fail(error);
        return null;
      }
      // Nothing of the turn exists, so the root is as good as before: only the caller is told.
      log.error({ root: id, actor: address, err: error }, 'a command was refused because its machine threw');
      replies.refuse(envelope, { code: 'internal', message: 'the arena failed at this command; nothing was changed' });
      return null;
    }
  }

  function initialActor(address: Address): ActorState {
    if (live.get(address)) throw new Error(`${address} was spawned before`);
    const machine = machineOf(address);
    return { address, machine, state: machine.initialState(address), seq: 0 };
  }

  function carryOut(envelope: Envelope, turn: Turn, append: (append: Append) => void): void {
    if ('refused' in turn) return commits.whenNone(() => replies.refuse(envelope, turn.refused));
    // An answer without an entry may still tell of entries that are not committed: it waits for them.
    if (turn.steps.length === 0) return commits.whenNone(() => replies.answer(envelope, turn.reply));
    orFail(() => keep(envelope, turn.steps, turn.reply, append));
  }

  /** Takes the steps of a turn into memory and queues their append; then what concerns this root goes on at once. */
  function keep(
    envelope: Envelope,
    steps: readonly TurnStep[],
    reply: Json | 'later' | undefined,
    append: (append: Append) => void,
  ): void {
    for (const step of steps) {
      position = step.entry.position;
      live.move(step.actor);
    }
    const keepsReply = envelope.keepReply && reply !== 'later';
    commits.begun();
    append({
      root: id,
      entries: steps.map((step) => step.entry),
      ...(keepsReply ? { receipt: { commandId: envelope.commandId, root: id, reply: reply ?? null } } : {}),
      ...status.changed(effects.goOnInside(steps)),
      committed: () => {
        if (!halted) orFail(() => committed(envelope, steps, reply));
      },
      failed: fail,
    });
    for (const step of steps) {
      const actor = live.get(step.actor.address);
      if (actor && !isFinal(actor)) live.rouse(actor);
    }
    effects.performInside(steps);
  }

  /** The entries are on disk: what they mean to others leaves, then the answer, then what waited for them. */
  function committed(envelope: Envelope, steps: readonly TurnStep[], reply: Json | 'later' | undefined): void {
    for (const step of steps) {
      committedPosition = step.entry.position;
      live.confirm(step.actor);
    }
    effects.performAtCommit(steps);
    replies.answer(envelope, reply);
    settled();
  }

  function settled(): void {
    commits.ended();
    reportRest();
  }

  function begin(address: Address, envelope: Envelope, append: (append: Append) => void = journal.append): void {
    replies.expect(envelope);
    if (live.get(address)) return replies.refuse(envelope, alreadyThere(address));
    const turn = take(address, envelope, () => initialActor(address));
    if (turn) carryOut(envelope, turn, append);
  }

  function deliver(address: Address, envelope: Envelope): void {
    replies.expect(envelope);
    const actor = live.get(address);
    if (!actor) return replies.refuse(envelope, { code: 'not_found', message: `there is no actor at ${address}` });
    if (envelope.fromOutside && actor.queued >= mailboxMax) return replies.refuse(envelope, overloaded(address));
    live.post(actor, envelope);
  }

  function internal(command: Command, causedBy: string | null): Envelope {
    // Ids of messages within the root: the position that the root had reached, and a number.
    messageNumber += 1;
    const commandId = `@${position}.${messageNumber}`;
    return { commandId, causedBy, command, fromOutside: false, awaited: false, keepReply: false };
  }

  function isDrained(): boolean {
    return commits.areNone() && live.queued() === 0;
  }

  function canPassivate(): boolean {
    return isDrained() && !replies.isAnyAwaited() && live.active() === 0;
  }

  function reportRest(): void {
    if (halted || !canPassivate()) return;
    const changed = status.changed(false);
    // The last messages made no entry that could say so.
    if (changed.status) return keepStatus(changed.status);
    if (status.isClosed()) edges.closed();
    else edges.rested();
  }

  function keepStatus(changed: RootStatus): void {
    commits.begun();
    journal.append({
      root: id,
      entries: [],
      status: changed,
      committed: () => {
        if (!halted) orFail(settled);
      },
      failed: fail,
    });
  }

  /** Whatever throws in here may have left the root in memory other than on disk: it has to be brought back. */
  function orFail(work: () => void): void {
    try {
      work();
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    if (!halted) edges.failed(asError(error));
  }

  return {
    deliver,
    begin,
    settleDebts() {
      const actors = live.all();
      for (const actor of actors) if (!isFinal(actor)) live.rouse(actor);
      for (const { address, machine, state } of actors) {
        const owed = machine.owed(state, { root: id, position, stateOf });
        for (const effect of owed) effects.perform(address, 'restart', effect);
      }
    },
    committed: () => live.committed(committedPosition),
    halt(refusal) {
      halted = true;
      journal.drop(id);
      live.stopAll();
      replies.refuseAll(refusal);
    },
    reportRest,
    isEmpty: () => live.all().length === 0,
    isDrained,
    canPassivate,
  };
}
