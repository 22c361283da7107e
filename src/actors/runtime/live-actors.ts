/**
 * The actors of one root while they are in memory: their newest and their committed states, their nact actors, how much waits
 * for them, and who may leave. What a message does is `root.ts`.
 */
import type { FoldedRoot } from './fold.ts';
import type { Append } from './journal.ts';
import type { ActorState, Address, ChildNotice, Machine } from './machine.ts';
import type { Mail } from './mail.ts';
import type { ActorRef, ActorSystem } from './nact.ts';

export interface LiveActor extends ActorState {
  readonly parent: Address | null;
  state: unknown;
  seq: number;
  committedState: unknown;
  committedSeq: number;
  ref: ActorRef | null;
  queued: number;
  notices: ChildNotice[];
  readonly children: Set<Address>;
}

export interface LiveActorsOptions {
  readonly folded: FoldedRoot;
  readonly parentOf: (address: Address) => Address | null;
  readonly system: ActorSystem<Mail, Append>;
  readonly handle: (actor: LiveActor, mail: Mail, persist: (append: Append, seq: number) => void) => void;
  readonly crashed: (error: unknown) => void;
  readonly appeared: (address: Address, machine: Machine, state: unknown) => void;
  readonly vanished: (address: Address, machine: Machine) => void;
  /** Its nact actor was stopped: nothing must wake it any more. */
  readonly stopped: (address: Address) => void;
}

export interface LiveActors {
  get(address: Address): LiveActor | undefined;
  /** Parents before their children. */
  all(): LiveActor[];
  /** Actors that owe work. */
  active(): number;
  /** Messages that wait in mailboxes. */
  queued(): number;
  /** Takes an actor's state after a turn into memory; one that is not known yet was spawned. */
  move(after: ActorState): void;
  /** The entry that led to this state is committed. */
  confirm(after: ActorState): void;
  /** The root as of its committed entries. */
  committed(position: number): FoldedRoot;
  /** Has a nact actor at the ready. */
  rouse(actor: LiveActor): void;
  post(actor: LiveActor, mail: Mail): void;
  /** A message was taken out of the actor's mailbox. */
  taken(actor: LiveActor): void;
  /** Stops the nact actor of a machine that is final, once nothing waits for it or below it. Its state stays to be read. */
  leave(actor: LiveActor): void;
  /** Stops all nact actors, leaf first, before this returns. */
  stopAll(): void;
}

export function isFinal(actor: ActorState): boolean {
  return actor.machine.activity(actor.state) === 'final';
}

export function createLiveActors(options: LiveActorsOptions): LiveActors {
  const { folded, parentOf, system } = options;
  const actors = new Map<Address, LiveActor>();
  let activeCount = 0;
  let queuedTotal = 0;

  for (const actor of folded.actors.values()) {
    const live = adopt(actor);
    live.committedState = actor.state;
    live.committedSeq = actor.seq;
  }
  for (const actor of [...actors.values()]) if (actors.has(actor.address)) forgetBelow(actor);

  function adopt(spawned: ActorState): LiveActor {
    const actor: LiveActor = {
      ...spawned,
      parent: parentOf(spawned.address),
      committedState: undefined,
      committedSeq: 0,
      ref: null,
      queued: 0,
      notices: [],
      children: new Set(),
    };
    actors.set(actor.address, actor);
    parentIn(actor)?.children.add(actor.address);
    if (isActive(actor.machine, actor.state)) activeCount += 1;
    options.appeared(actor.address, actor.machine, actor.state);
    return actor;
  }

  function parentIn(actor: LiveActor): LiveActor | undefined {
    return actor.parent === null ? undefined : actors.get(actor.parent);
  }

  function childrenOf(actor: LiveActor): LiveActor[] {
    return [...actor.children].flatMap((address) => actors.get(address) ?? []);
  }

  function refOf(actor: LiveActor): ActorRef {
    if (actor.ref) return actor.ref;
    const parent = parentIn(actor);
    actor.ref = system.spawn({
      parent: parent ? refOf(parent) : null,
      name: (actor.parent ? actor.address.slice(actor.parent.length + 1) : actor.address).replaceAll('/', '-'),
      key: actor.address,
      state: actor.state,
      seq: actor.seq,
      handler: (_state, mail, persist) => {
        options.handle(actor, mail, persist);
        return actor.state;
      },
      onCrash: options.crashed,
    });
    return actor.ref;
  }

  function stop(actor: LiveActor): void {
    options.stopped(actor.address);
    if (actor.ref) system.stop(actor.ref);
    actor.ref = null;
  }

  /** Nothing waits for it, and none below it has a nact actor. */
  function canStop(actor: LiveActor): boolean {
    return actor.queued === 0 && childrenOf(actor).every((child) => child.ref === null);
  }

  function isFinalOnDisk(actor: LiveActor): boolean {
    return actor.committedSeq > 0 && actor.machine.activity(actor.committedState) === 'final';
  }

  /** The states below a machine that forgets them are in the journal, and not read any more once it is final. */
  function forgetBelow(actor: LiveActor): void {
    if (!actor.machine.forgetsBelow || !isFinalOnDisk(actor)) return;
    for (const child of childrenOf(actor)) forget(child, actor);
  }

  function forget(actor: LiveActor, parent: LiveActor): void {
    if (!isFinalOnDisk(actor)) return;
    for (const child of childrenOf(actor)) forget(child, actor);
    if (actor.children.size > 0 || actor.queued > 0) return;
    stop(actor);
    actors.delete(actor.address);
    parent.children.delete(actor.address);
    options.vanished(actor.address, actor.machine);
  }

  function leave(actor: LiveActor): void {
    if (!isFinal(actor) || !canStop(actor)) return;
    if (actor.ref) stop(actor);
    const parent = parentIn(actor);
    if (!parent) return;
    forgetBelow(parent);
    leave(parent);
  }

  return {
    get: (address) => actors.get(address),
    all: () => [...actors.values()],
    active: () => activeCount,
    queued: () => queuedTotal,
    move(after) {
      const actor = actors.get(after.address);
      if (!actor) {
        adopt(after);
        return;
      }
      activeCount += Number(isActive(actor.machine, after.state)) - Number(isActive(actor.machine, actor.state));
      actor.state = after.state;
      actor.seq = after.seq;
    },
    confirm(after) {
      const actor = actors.get(after.address);
      if (!actor) return;
      actor.committedState = after.state;
      actor.committedSeq = after.seq;
      if (!isFinalOnDisk(actor)) return;
      for (let above: LiveActor | undefined = actor; above; above = parentIn(above)) forgetBelow(above);
    },
    committed(position) {
      const onDisk = new Map(
        [...actors.values()]
          .filter((actor) => actor.committedSeq > 0)
          .map(({ address, machine, committedState, committedSeq }) => [
            address,
            { address, machine, state: committedState, seq: committedSeq },
          ]),
      );
      return { root: folded.root, position, actors: onDisk, stateOf: (address) => onDisk.get(address)?.state };
    },
    rouse: (actor) => void refOf(actor),
    post(actor, mail) {
      const ref = refOf(actor);
      actor.queued += 1;
      queuedTotal += 1;
      system.tell(ref, mail);
    },
    taken(actor) {
      actor.queued -= 1;
      queuedTotal -= 1;
    },
    leave,
    stopAll() {
      const leafFirst = [...actors.values()].reverse();
      for (const actor of leafFirst) stop(actor);
      for (const actor of leafFirst) options.vanished(actor.address, actor.machine);
      actors.clear();
    },
  };
}

function isActive(machine: Machine, state: unknown): boolean {
  return machine.activity(state) === 'active';
}
