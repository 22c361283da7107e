/**
 * One root while it is in memory: its actors, their mailboxes and its pipelined commits. A handler decides, evolves, appends
 * and returns without waiting; what concerns the root itself goes on at once, what others can see leaves at the commit.
 * Bringing a root up and down again is `runtime.ts`.
 */
import type { Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import type { FoldedRoot, MachineOf } from './fold.ts';
import type { Append, Journal, RootStatus } from './journal.ts';
import type { Address, ChildNotice, Command, Effect, Machine, Scope } from './machine.ts';
import type { ActorRef, ActorSystem } from './nact.ts';
import type { Clock, Log } from './ports.ts';
import type { Timers } from './timers.ts';
import { type ActorState, runTurn, type Turn, type TurnStep } from './turn.ts';

/** A command on its way to an actor. */
export interface Envelope {
  readonly commandId: string;
  readonly causedBy: string | null;
  readonly command: Command;
  /** Somebody outside the root waits for the reply. */
  readonly awaited: boolean;
  /** The caller chose the id: its reply is kept with the entries, so that a repeat gets the same. */
  readonly keepReply: boolean;
}

export interface RootEdges {
  send(outbound: unknown, address: Address): void;
  /** Delivers to an actor of another root, or answers that it cannot be. */
  tellElsewhere(address: Address, command: Command, causedBy: string): void;
  reply(commandId: string, reply: Json): void;
  refuse(commandId: string, refusal: Refusal): void;
  /** An actor was born or brought back, or has left memory. */
  appeared(address: Address, machine: Machine): void;
  vanished(address: Address, machine: Machine): void;
  /** The root cannot go on in memory: storage failed or a machine threw. Called once. */
  failed(error: Error): void;
  /** All is final, committed and handled. */
  closed(): void;
  /** Nothing is owed and nothing is on its way: the root may be put to sleep after a while. */
  rested(): void;
}

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

/** What lies in a mailbox: a command, or the word that children have settled; which ones, the actor is told when it gets its turn. */
export type Mail = Envelope | 'children_settled';

export const mailboxMax = 1_000;

interface LiveActor extends ActorState {
  state: unknown;
  seq: number;
  committedState: unknown;
  committedSeq: number;
  ref: ActorRef | null;
  queued: number;
  notices: ChildNotice[];
  readonly children: Set<Address>;
}

export interface Root {
  readonly id: string;
  /** Delivers a command. An address that has no actor, or a full mailbox, is answered with a refusal. */
  deliver(address: Address, envelope: Envelope): void;
  /** Makes the first entry of an actor of this root that has no parent. */
  begin(address: Address, envelope: Envelope, append?: (append: Append) => void): void;
  /** Does what the states owe, after the root was brought back. */
  settleDebts(): void;
  /** The root as it is on disk. */
  committed(): FoldedRoot;
  /** Stops all actors, leaf first, in this turn. What was queued is fenced; whoever waits for a reply is refused. */
  halt(refusal: Refusal): void;
  /** Nothing is queued, being committed or awaited. */
  idle(): boolean;
  /** Idle, and no machine owes anything. */
  resting(): boolean;
}

export function createRoot(options: RootOptions): Root {
  const { machineOf, parentOf, system, journal, clock, timers, log, edges } = options;
  const id = options.folded.root;
  const actors = new Map<Address, LiveActor>();
  const awaited = new Set<string>();
  let position = options.folded.position;
  let committedPosition = position;
  let activeCount = 0;
  let uncommitted = 0;
  let queuedTotal = 0;
  let status: string | undefined;
  let halted = false;
  let messageNumber = 0;
  const tail: (() => void)[] = [];

  for (const folded of options.folded.actors.values()) adopt(folded, true);
  for (const actor of [...actors.values()]) if (actor.address !== id && isFinal(actor)) forgetBelow(actor);
  const scope: Scope = {
    root: id,
    get position() {
      return position;
    },
    stateOf: (address) => actors.get(address)?.state,
  };

  function isFinal(actor: ActorState): boolean {
    return actor.machine.activity(actor.state) === 'final';
  }

  function adopt(folded: ActorState, isCommitted: boolean): LiveActor {
    const actor: LiveActor = {
      ...folded,
      committedState: isCommitted ? folded.state : undefined,
      committedSeq: isCommitted ? folded.seq : 0,
      ref: null,
      queued: 0,
      notices: [],
      children: new Set(),
    };
    actors.set(folded.address, actor);
    const parent = parentOf(folded.address);
    if (parent) actors.get(parent)?.children.add(folded.address);
    if (folded.machine.activity(folded.state) === 'active') activeCount += 1;
    edges.appeared(folded.address, folded.machine);
    return actor;
  }

  function refOf(actor: LiveActor): ActorRef {
    if (actor.ref) return actor.ref;
    const parentAddress = parentOf(actor.address);
    const parent = parentAddress ? actors.get(parentAddress) : undefined;
    actor.ref = system.spawn({
      parent: parent ? refOf(parent) : null,
      name: (parentAddress ? actor.address.slice(parentAddress.length + 1) : actor.address).replaceAll('/', '-'),
      key: actor.address,
      state: actor.state,
      seq: actor.seq,
      handler: (_state, mail, persist) => {
        handle(actor, mail, persist);
        return actor.state;
      },
      onCrash: (error) => fail(error instanceof Error ? error : new Error(String(error))),
    });
    return actor.ref;
  }

  function post(actor: LiveActor, mail: Mail): void {
    actor.queued += 1;
    queuedTotal += 1;
    system.tell(refOf(actor), mail);
  }

  function handle(actor: LiveActor, mail: Mail, persist: (append: Append, seq: number) => void): void {
    if (halted) return;
    actor.queued -= 1;
    queuedTotal -= 1;
    const envelope = mail === 'children_settled' ? settlement(actor) : mail;
    try {
      const turn = take(actor, envelope);
      if ('refused' in turn) return whenCaughtUp(() => refuseReply(envelope, turn.refused));
      if (turn.steps.length === 0) return whenCaughtUp(() => answer(envelope, turn.reply));
      keep(envelope, turn.steps, turn.reply, (append) => persist(append, actor.seq));
    } catch (cause) {
      const error = new Error(`${actor.address} cannot handle ${envelope.command.type}`, { cause });
      if (!envelope.awaited) return fail(error);
      // Nothing of the turn exists, so the root is as good as before: only the caller is told.
      log.error({ root: id, actor: actor.address, err: error }, 'a command was refused because its machine threw');
      refuseReply(envelope, { code: 'internal', message: 'the arena failed at this command; nothing was changed' });
    } finally {
      if (!halted) leave(actor);
    }
  }

  function settlement(actor: LiveActor): Envelope {
    const command = { type: 'children_settled', children: actor.notices.splice(0) };
    return { commandId: nextMessageId(), causedBy: null, command, awaited: false, keepReply: false };
  }

  function take(actor: ActorState, envelope: Envelope): Turn {
    const input = {
      root: id,
      position,
      commandId: envelope.commandId,
      causedBy: envelope.causedBy,
      at: clock.now(),
    };
    return runTurn(actor, envelope.command, input, newborn, scope.stateOf);
  }

  function newborn(address: Address): ActorState {
    if (actors.has(address)) throw new Error(`${address} was born before`);
    const machine = machineOf(address);
    return { address, machine, state: machine.initialState(address), seq: 0 };
  }

  /** Takes the steps of a turn into memory and queues their append; then what concerns this root goes on at once. */
  function keep(
    envelope: Envelope,
    steps: readonly TurnStep[],
    reply: Json | 'later' | undefined,
    append: (append: Append) => void,
  ): void {
    for (const step of steps) move(step);
    const outside = steps.flatMap((step) => step.effects.filter(leavesAtCommit).map((effect) => ({ step, effect })));
    const keepsReply = envelope.keepReply && reply !== 'later';
    uncommitted += 1;
    append({
      root: id,
      entries: steps.map((step) => step.entry),
      ...(keepsReply ? { receipt: { commandId: envelope.commandId, root: id, reply: reply ?? null } } : {}),
      ...changedStatus(),
      committed: () => {
        uncommitted -= 1;
        if (halted) return;
        for (const step of steps) confirm(step);
        for (const { step, effect } of outside) perform(step.entry.stream, step.entry.commandId, effect);
        answer(envelope, reply);
        if (uncommitted === 0) for (const callback of tail.splice(0)) callback();
        rest();
      },
      failed: (error) => {
        uncommitted -= 1;
        fail(error);
      },
    });
    for (const step of steps) {
      const actor = actors.get(step.actor.address);
      if (actor && !isFinal(actor)) refOf(actor);
    }
    for (const step of steps) {
      for (const effect of step.effects) {
        if (!leavesAtCommit(effect)) perform(step.entry.stream, step.entry.commandId, effect);
      }
    }
  }

  function move(step: TurnStep): void {
    position = step.entry.position;
    const actor = actors.get(step.actor.address);
    if (!actor) {
      adopt(step.actor, false);
      return;
    }
    const wasActive = actor.machine.activity(actor.state) === 'active';
    const isActive = actor.machine.activity(step.actor.state) === 'active';
    activeCount += Number(isActive) - Number(wasActive);
    actor.state = step.actor.state;
    actor.seq = step.actor.seq;
  }

  function confirm(step: TurnStep): void {
    committedPosition = step.entry.position;
    const actor = actors.get(step.actor.address);
    if (!actor) return;
    actor.committedState = step.actor.state;
    actor.committedSeq = step.actor.seq;
    if (actor.address !== id && actor.machine.activity(actor.committedState) === 'final') forgetBelow(actor);
  }

  function currentStatus(): RootStatus {
    if (activeCount > 0) return { dueAt: 0 };
    const top = actors.get(id);
    return top && isFinal(top) ? 'closed' : { dueAt: null };
  }

  function changedStatus(): { status?: RootStatus } {
    const next = currentStatus();
    const key = JSON.stringify(next);
    if (key === status) return {};
    status = key;
    return { status: next };
  }

  function leavesAtCommit(effect: Effect): boolean {
    if (effect.type === 'notify') return false;
    return effect.type !== 'tell' || !isInside(effect.to);
  }

  function isInside(address: Address): boolean {
    return address === id || address.startsWith(`${id}/`);
  }

  function perform(from: Address, causedBy: string, effect: Effect): void {
    switch (effect.type) {
      case 'tell':
        if (isInside(effect.to)) deliver(effect.to, internal(effect.command, causedBy));
        else edges.tellElsewhere(effect.to, effect.command, causedBy);
        return;
      case 'notify': {
        const parent = actors.get(effect.to);
        if (!parent) return;
        parent.notices.push(effect.notice);
        if (parent.notices.length === 1) post(parent, 'children_settled');
        return;
      }
      case 'send':
        edges.send(effect.outbound, from);
        return;
      case 'wake': {
        const at = effect.at ?? clock.now() + (effect.afterMs ?? 0);
        timers.set(from, at, () => {
          if (!halted) deliver(from, internal(effect.command, null));
        });
        return;
      }
      case 'reply':
        awaited.delete(effect.commandId);
        edges.reply(effect.commandId, effect.reply);
        return;
      case 'spawn':
        bear(effect.address, effect.command, causedBy);
        return;
      default:
        effect satisfies never;
    }
  }

  /** A child that a restored state still owes: it was planned, and its birth waited for a free place. */
  function bear(address: Address, command: Command, causedBy: string): void {
    if (!actors.has(address)) begin(address, internal(command, causedBy));
  }

  function begin(address: Address, envelope: Envelope, append: (append: Append) => void = journal.append): void {
    if (envelope.awaited) awaited.add(envelope.commandId);
    if (actors.has(address)) return refuseReply(envelope, { code: 'conflict', message: `${address} exists already` });
    try {
      const turn = take(newborn(address), envelope);
      if ('refused' in turn) return refuseReply(envelope, turn.refused);
      keep(envelope, turn.steps, turn.reply, append);
    } catch (cause) {
      const error = new Error(`${address} cannot be begun`, { cause });
      if (!envelope.awaited) return fail(error);
      log.error({ root: id, err: error }, 'an actor could not be begun');
      refuseReply(envelope, { code: 'internal', message: 'the arena failed at this command; nothing was changed' });
    }
  }

  function deliver(address: Address, envelope: Envelope): void {
    if (envelope.awaited) awaited.add(envelope.commandId);
    const actor = actors.get(address);
    if (!actor || actor.seq === 0) {
      return refuseReply(envelope, { code: 'not_found', message: `there is no actor at ${address}` });
    }
    if (envelope.awaited && actor.queued >= mailboxMax) {
      return refuseReply(envelope, {
        code: 'overloaded',
        message: `${address} has ${mailboxMax} messages waiting; try again later`,
      });
    }
    post(actor, envelope);
  }

  function internal(command: Command, causedBy: string | null): Envelope {
    return { commandId: nextMessageId(), causedBy, command, awaited: false, keepReply: false };
  }

  /** Ids of messages within the root: the position that the root had reached, and a number. */
  function nextMessageId(): string {
    messageNumber += 1;
    return `@${position}.${messageNumber}`;
  }

  function answer(envelope: Envelope, reply: Json | 'later' | undefined): void {
    if (!envelope.awaited || reply === 'later') return;
    awaited.delete(envelope.commandId);
    edges.reply(envelope.commandId, reply ?? null);
  }

  function refuseReply(envelope: Envelope, refusal: Refusal): void {
    if (!envelope.awaited) {
      log.debug({ root: id, command: envelope.command.type, refusal: refusal.message }, 'a message was refused');
      return;
    }
    awaited.delete(envelope.commandId);
    edges.refuse(envelope.commandId, refusal);
  }

  /** An answer without an entry may still tell of entries that are not committed: it waits for them. */
  function whenCaughtUp(callback: () => void): void {
    if (uncommitted === 0) callback();
    else tail.push(callback);
  }

  /** Stops the nact actor of a machine that is final, once its mailbox is empty. Its state stays to be read. */
  function leave(actor: LiveActor): void {
    if (actor.ref && actor.queued === 0 && isFinal(actor)) stopActor(actor);
    rest();
  }

  function stopActor(actor: LiveActor): void {
    for (const child of actor.children) {
      const below = actors.get(child);
      if (below) stopActor(below);
    }
    timers.clear(actor.address);
    if (actor.ref) system.stop(actor.ref);
    actor.ref = null;
  }

  /**
   * The states below a final machine are in the journal and needed by nobody any more. Not so those below the top: they are
   * what the root is read from, until it leaves memory.
   */
  function forgetBelow(actor: LiveActor): void {
    for (const address of actor.children) {
      const child = actors.get(address);
      if (!child || child.queued > 0) continue;
      forgetBelow(child);
      stopActor(child);
      actors.delete(address);
      actor.children.delete(address);
      edges.vanished(address, child.machine);
    }
  }

  function idle(): boolean {
    return uncommitted === 0 && queuedTotal === 0 && awaited.size === 0;
  }

  function rest(): void {
    if (halted || !idle()) return;
    if (currentStatus() === 'closed') {
      edges.closed();
      return;
    }
    if (activeCount === 0) edges.rested();
  }

  function fail(error: Error): void {
    if (!halted) edges.failed(error);
  }

  return {
    id,
    deliver,
    begin,
    settleDebts() {
      const byDepth = [...actors.values()].sort((a, b) => depth(a.address) - depth(b.address));
      for (const actor of byDepth) if (!isFinal(actor)) refOf(actor);
      for (const actor of byDepth) {
        if (!actors.has(actor.address)) continue;
        for (const effect of actor.machine.owed(actor.state, scope)) perform(actor.address, 'restart', effect);
      }
    },
    committed() {
      const folded = new Map(
        [...actors.values()]
          .filter((actor) => actor.committedSeq > 0)
          .map(({ address, machine, committedState, committedSeq }) => [
            address,
            { address, machine, state: committedState, seq: committedSeq },
          ]),
      );
      return {
        root: id,
        position: committedPosition,
        actors: folded,
        stateOf: (address) => folded.get(address)?.state,
      };
    },
    halt(refusal) {
      halted = true;
      journal.drop(id);
      const top = actors.get(id);
      for (const actor of actors.values()) {
        if (actor === top) continue;
        if (!parentOf(actor.address) || !actors.has(parentOf(actor.address) as Address)) stopActor(actor);
      }
      if (top) stopActor(top);
      for (const actor of actors.values()) edges.vanished(actor.address, actor.machine);
      for (const commandId of awaited) edges.refuse(commandId, refusal);
      awaited.clear();
    },
    idle,
    resting: () => idle() && activeCount === 0,
  };
}

function depth(address: Address): number {
  return address.split('/').length;
}
