/**
 * What hosts tell each other, so that a request that reaches two of them is answered once, and no budget is spent twice: before a host begins
 * a generation it asks the others whether one has it, and what they have spent. They talk on subjects of their own,
 * `protocol/host-messages.ts`; what follows from what is said is `host-claims.ts`'s.
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
import { type ClaimEnd, type ClaimState, claimEnd, isDecisive, isTakenFrom, reactionTo } from './host-claims.ts';
import { createKnownHosts } from './known-hosts.ts';

export type Claim =
  /** Nobody has it: whoever claimed it may begin, and releases it when it is on record. What the others say that they have spent. */
  | (Extract<ClaimEnd, { held: 'here' }> & { release(): void })
  /** Another host works on it, or has answered it. */
  | Exclude<ClaimEnd, { held: 'here' }>;

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

export function createHostPeers(options: HostPeersOptions): HostPeers {
  const { bus, clock, log, hostId, waitMs = 250 } = options;
  const claims = new Map<string, ClaimState>();
  /** What it worked on before it was away, and asks about now. */
  const doubts = new Set<string>();
  const others = createKnownHosts();
  const waiting = new Map<number, (told: HostReply | 'nobody') => void>();
  let asked = 0;

  const questions = bus.subscribe(subjects.hostQuestion.build({}), ({ data, reply }) => {
    const question = bodyAs(hostQuestionSchema, data);
    if (reply === null || question === null || question.host === hostId) return;
    others.heard(question.host);
    void answer(question, reply);
  });
  const arrivals = bus.subscribe(subjects.hostPresence.build({}), ({ data }) => {
    const told = bodyAs(hostPresenceSchema, data);
    if (told === null || told.host === hostId) return;
    if (told.state === 'gone') others.gone(told.host);
    else if (others.heard(told.host)) tell('here');
  });
  const replies = bus.subscribe(hostReplies(hostId), ({ subject, data, noResponders }) => {
    const listener = waiting.get(subjects.hostReply.parse(subject)?.question ?? 0);
    const told = noResponders ? 'nobody' : bodyAs(hostReplySchema, data);
    if (told !== null) listener?.(told);
  });

  async function answer({ host, generation, payer }: HostQuestion, reply: string): Promise<void> {
    try {
      const stand = { claim: claims.get(generation) ?? null, isDoubted: doubts.has(generation) };
      const { says, claim } = reactionTo(host, hostId, stand);
      if (claim !== null) claims.set(generation, claim);
      const holding = says === 'recorded' ? await options.holding(generation) : { state: says };
      const told: HostReply = { host: hostId, ...holding, ...(payer ? { spent: await options.spent(payer) } : {}) };
      bus.publish(reply, JSON.stringify(told));
    } catch (error) {
      log.warn({ generation, err: error }, 'another host got no answer about a generation');
    }
  }

  /** What the other hosts say: up to the first that settles it, or all that have answered in the time. */
  async function ask(generation: string, payer?: Payer): Promise<HostReply[]> {
    await introduced;
    const silent = new Set(others.all());
    if (silent.size === 0) return [];
    asked += 1;
    const number = asked;
    const { promise, resolve } = Promise.withResolvers<HostReply[]>();
    const told: HostReply[] = [];
    const finish = () => {
      cancel();
      waiting.delete(number);
      resolve(told);
    };
    const cancel = clock.after(waitMs, () => {
      for (const host of silent) others.missed(host);
      finish();
    });
    waiting.set(number, (one) => {
      if (one === 'nobody') {
        others.allGone();
        return finish();
      }
      others.heard(one.host);
      silent.delete(one.host);
      told.push(one);
      if (isDecisive(one) || silent.size === 0) finish();
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
      const end = claimEnd(claims.get(generation) ?? 'undecided', told);
      if (end.held === 'here') {
        claims.set(generation, 'own');
        return { ...end, release: () => void claims.delete(generation) };
      }
      claims.delete(generation);
      return end;
    },
    async isTaken(generation) {
      doubts.add(generation);
      try {
        return isTakenFrom(hostId, await ask(generation));
      } finally {
        doubts.delete(generation);
      }
    },
    close() {
      tell('gone');
      arrivals.unsubscribe();
      questions.unsubscribe();
      replies.unsubscribe();
    },
  };
}
