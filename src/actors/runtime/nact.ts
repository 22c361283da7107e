/**
 * The only file that knows nact: persistent actors with a mailbox each, in a tree, on an engine of ours. It absorbs what
 * nact leaves to its users; the rules below are each held by a test against nact itself.
 *
 * - The engine answers recovery from memory: the state that the root's loader folded and checked is nact's snapshot, and
 *   there are no events after it, so nact can neither reorder nor skip an entry.
 * - nact's own sequence is an assertion only; the entries travel as an extra argument of `persist`.
 * - A handler never throws into nact, and `onCrash` always stops: nact is never asked to resume, reset or escalate.
 * - nact does not stop the children of an actor that is stopped: the root that spawned them stops them, leaf first.
 */
import * as nact from 'nact';

interface PersistedEvent {
  readonly sequenceNumber: number;
  readonly key: string;
}

interface Recovery {
  readonly state: unknown;
  readonly sequenceNumber: number;
}

interface PersistContext {
  persist(message: unknown, tags: string[], ...extra: unknown[]): Promise<void>;
}

/** The parts of nact that its own types leave out. */
interface NactCore {
  start(...extensions: unknown[]): NactRef;
  configurePersistence(engine: object): unknown;
  spawnPersistent(
    parent: NactRef,
    handler: (state: unknown, message: unknown, context: PersistContext) => unknown,
    key: string,
    name: string,
    properties: { initialState?: unknown; onCrash?: (...args: unknown[]) => unknown },
  ): NactRef;
  dispatch(actor: NactRef, message: unknown): void;
  stop(actor: NactRef): void;
}

const core = nact as unknown as NactCore;

type NactRef = { readonly path: unknown };

/** An opaque handle of an actor. nact finds actors by path: a handle must not be used after its actor was stopped. */
export interface ActorRef {
  readonly key: string;
  readonly nact: NactRef;
}

/**
 * Handles one message: returns the next state. `persist` hands what the turn appends to the engine and returns at once;
 * `expectedSeq` is the sequence that nact must have arrived at.
 */
export type Handler<M, A> = (state: unknown, message: M, persist: (append: A, expectedSeq: number) => void) => unknown;

export interface ActorSystem<M, A> {
  /** Starts an actor in a state that is already folded. Its messages are handled one at a time, each in a later turn of the event loop. */
  spawn(options: {
    parent: ActorRef | null;
    name: string;
    key: string;
    state: unknown;
    seq: number;
    handler: Handler<M, A>;
    onCrash: (error: unknown) => void;
  }): ActorRef;
  /** Puts a message into the mailbox. A message to a stopped actor is lost: the caller knows what lives. */
  tell(actor: ActorRef, message: M): void;
  /** Stops one actor, not its children; its mailbox is dropped. */
  stop(actor: ActorRef): void;
  shutdown(): void;
}

export function createActorSystem<M, A>(append: (append: A) => void): ActorSystem<M, A> {
  const recoveries = new Map<string, Recovery>();
  const engine = {
    latestSnapshot(key: string) {
      const recovery = recoveries.get(key);
      recoveries.delete(key);
      return Promise.resolve(recovery && { data: recovery.state, sequenceNumber: recovery.sequenceNumber, key });
    },
    events: () => [],
    takeSnapshot: () => Promise.resolve(),
    persist(event: PersistedEvent, appended: A, expectedSeq: number) {
      if (event.sequenceNumber !== expectedSeq) {
        throw new Error(`${event.key}: nact counts entry ${event.sequenceNumber}, the journal ${expectedSeq}`);
      }
      append(appended);
    },
  };
  const system = core.start(core.configurePersistence(engine));

  return {
    spawn({ parent, name, key, state, seq, handler, onCrash }) {
      const ref = core.spawnPersistent(
        parent?.nact ?? system,
        (current, message, context) =>
          handler(current, message as M, (appended, expectedSeq) => {
            context.persist(null, [], appended, expectedSeq).catch(onCrash);
          }),
        key,
        name,
        {
          onCrash: (_message, error, context) => {
            onCrash(error);
            return (context as { stop: unknown }).stop;
          },
        },
      );
      // nact asks for it in a later turn of the event loop.
      recoveries.set(key, { state, sequenceNumber: seq });
      return { key, nact: ref };
    },
    tell: (actor, message) => core.dispatch(actor.nact, message),
    stop(actor) {
      // Stopped before its recovery began, it never asks.
      recoveries.delete(actor.key);
      core.stop(actor.nact);
    },
    shutdown: () => core.stop(system),
  };
}
