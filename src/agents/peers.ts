/**
 * What hosts tell each other, so that a request that reaches two of them is answered once, and no budget is spent twice: before a host begins
 * a generation it asks the others whether one has it, and what they have spent. They talk on subjects of their own, `protocol/host-messages.ts`.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { BusConnection } from '../bridge/bus.ts';
import {
  type HostQuestion,
  type HostReply,
  hostPresenceSchema,
  hostQuestionSchema,
  hostReplySchema,
  type Payer,
  type Spent,
} from '../protocol/host-messages.ts';
import type { AgentResponse } from '../protocol/messages.ts';
import { hostReplies, subjects } from '../protocol/subjects.ts';
import { bodyAs } from './bus-body.ts';

export type Claim =
  /** Nobody has it: whoever claimed it may begin, and releases it when it is on record. What the others say that they have spent. */
  | { readonly held: 'here'; readonly spentElsewhere: readonly Spent[]; release(): void }
  /** Another host works on it. */
  | { readonly held: 'elsewhere' }
  | { readonly held: 'answered'; readonly response: AgentResponse };

export interface HostPeers {
  /** The others are asked what `payer` has spent there, where it is given. */
  claim(generationId: string, payer?: Payer): Promise<Claim>;
  /** Whether another host works on it or has its answer. */
  isTaken(generationId: string): Promise<boolean>;
  close(): void;
}

/** What this host has of a generation. */
export type Holding =
  | { readonly state: 'none' }
  | { readonly state: 'working' }
  | { readonly state: 'answered'; readonly response: AgentResponse };

export interface HostPeersOptions {
  readonly bus: BusConnection;
  readonly clock: Clock;
  readonly log: Log;
  /** This process's own; of two hosts that claim the same at once, the one with the lower id gets it. */
  readonly hostId: string;
  readonly holding: (generationId: string) => Promise<Holding>;
  /** What was spent at this host. */
  readonly spent: (payer: Payer) => Promise<Spent>;
  /** How long an answer of a host is waited for. */
  readonly waitMs?: number;
}

/** A host that has not answered so often, one time after the other, is gone until it is heard again. */
const silencesMax = 3;

export function createHostPeers(options: HostPeersOptions): HostPeers {
  const { bus, clock, log, hostId, waitMs = 250 } = options;
  /** What it claims: undecided until the others have been asked, then its own, or yielded to a host with a lower id. */
  const claims = new Map<string, 'undecided' | 'own' | 'yielded'>();
  /** What it worked on before it was away, and asks about now. */
  const doubts = new Set<string>();
  /** The other hosts, each with how often it has been silent: when all of them have answered, nobody else is waited for. */
  const known = new Map<string, number>();
  const waiting = new Map<number, (told: HostReply | 'nobody') => void>();
  let asked = 0;

  const questions = bus.subscribe(subjects.hostQuestion.build({}), ({ data, reply }) => {
    const question = bodyAs(hostQuestionSchema, data);
    if (reply === null || question === null || question.host === hostId) return;
    known.set(question.host, 0);
    void answer(question, reply);
  });
  const arrivals = bus.subscribe(subjects.hostPresence.build({}), ({ data }) => {
    const told = bodyAs(hostPresenceSchema, data);
    if (told === null || told.host === hostId) return;
    const isNew = !known.has(told.host);
    if (told.state === 'gone') known.delete(told.host);
    else known.set(told.host, 0);
    if (told.state === 'here' && isNew) tell('here');
  });
  const answers = bus.subscribe(hostReplies(hostId), ({ subject, data, noResponders }) => {
    const listener = waiting.get(subjects.hostReply.parse(subject)?.question ?? 0);
    const told = noResponders ? 'nobody' : bodyAs(hostReplySchema, data);
    if (told !== null) listener?.(told);
  });

  /** Of two that want the same at once, the one with the lower id gets it; both come to the same. */
  function standing(generation: string, asker: string): 'none' | 'doubting' | 'working' | null {
    const claim = claims.get(generation);
    if (claim === undefined) return doubts.has(generation) ? 'doubting' : null;
    if (claim === 'own' || (claim === 'undecided' && hostId < asker)) return 'working';
    claims.set(generation, 'yielded');
    return 'none';
  }

  async function answer({ host, generation, payer }: HostQuestion, reply: string): Promise<void> {
    try {
      const state = standing(generation, host);
      const holding = state === null ? await options.holding(generation) : { state };
      const told: HostReply = { host: hostId, ...holding, ...(payer ? { spent: await options.spent(payer) } : {}) };
      bus.publish(reply, JSON.stringify(told));
    } catch (error) {
      log.warn({ generation, err: error }, 'another host got no answer about a generation');
    }
  }

  /** What the other hosts say: the first that has it, or all that have answered in the time. */
  async function ask(generation: string, payer?: Payer): Promise<HostReply[]> {
    await introduced;
    if (known.size === 0) return [];
    asked += 1;
    const number = asked;
    const { promise, resolve } = Promise.withResolvers<HostReply[]>();
    const told: HostReply[] = [];
    const silent = new Set(known.keys());
    const finish = () => {
      cancel();
      waiting.delete(number);
      resolve(told);
    };
    const cancel = clock.after(waitMs, () => {
      for (const host of silent) missed(host);
      finish();
    });
    waiting.set(number, (one) => {
      if (one === 'nobody') {
        known.clear();
        return finish();
      }
      known.set(one.host, 0);
      silent.delete(one.host);
      told.push(one);
      if (one.state === 'working' || one.state === 'answered' || silent.size === 0) finish();
    });
    try {
      const question: HostQuestion = { host: hostId, generation, ...(payer ? { payer } : {}) };
      bus.publish(subjects.hostQuestion.build({}), JSON.stringify(question), {
        reply: subjects.hostReply.build({ host: hostId, question: number }),
      });
    } catch (error) {
      log.warn({ generation, err: error }, 'the other hosts could not be asked about a generation');
      finish();
    }
    return promise;
  }

  function missed(host: string): void {
    const silences = (known.get(host) ?? 0) + 1;
    if (silences >= silencesMax) known.delete(host);
    else known.set(host, silences);
  }

  function tell(state: 'here' | 'gone'): void {
    try {
      bus.publish(subjects.hostPresence.build({}), JSON.stringify({ host: hostId, state }));
    } catch (error) {
      log.warn({ err: error }, 'the other hosts could not be told of this one');
    }
  }

  // Whoever is there says so in the time that a question has; those who come later say so by themselves.
  bus.onReconnect(() => tell('here'));
  tell('here');
  const introduced = new Promise<void>((resolve) => void clock.after(waitMs, resolve));

  return {
    async claim(generation, payer) {
      claims.set(generation, 'undecided');
      const told = await ask(generation, payer);
      const answered = told.find((one) => one.state === 'answered');
      const isElsewhere = told.some(({ state }) => state === 'working' || state === 'doubting');
      const release = () => void claims.delete(generation);
      if (!answered && !isElsewhere && claims.get(generation) !== 'yielded') {
        claims.set(generation, 'own');
        return { held: 'here', spentElsewhere: told.flatMap(({ spent }) => spent ?? []), release };
      }
      release();
      return answered ? { held: 'answered', response: answered.response } : { held: 'elsewhere' };
    },
    async isTaken(generation) {
      doubts.add(generation);
      try {
        const told = await ask(generation);
        return told.some(
          ({ host, state }) => state === 'answered' || state === 'working' || (state === 'doubting' && host < hostId),
        );
      } finally {
        doubts.delete(generation);
      }
    },
    close() {
      tell('gone');
      arrivals.unsubscribe();
      questions.unsubscribe();
      answers.unsubscribe();
    },
  };
}
