/**
 * Agents that answer at once with fixed texts, on whatever carries messages. They can be told to keep one kind of request
 * unanswered, and keep a sample of each kind so that the references send the same bodies.
 */
import type { AskType } from '../../src/protocol/states.ts';
import { createGaps } from './gaps.ts';
import { answersFor, askTypeOf } from './workload.ts';

export interface AgentCalls {
  [name: string]: (input: never) => unknown;
  /** The ids of the two players, which the effects name. */
  know(players: readonly string[]): void;
  /** Leaves requests of a kind unanswered from now on; null answers all, those that wait too. */
  hold(kind: AskType | null): void;
  /** How many different jobs wait unanswered, and how many requests came for them. */
  held(): { jobs: number; requests: number };
  /** Counts requests of held jobs anew. */
  recount(): void;
  gaps(): number[];
  /** The newest body of each kind. */
  samples(): Readonly<Partial<Record<AskType, string>>>;
  answered(): number;
}

export interface Agents {
  readonly calls: AgentCalls;
  /** Takes a request; `respond` sends the answer. */
  take(subject: string, body: Uint8Array, respond: (answer: string) => void): void;
}

const latin1 = new TextDecoder('latin1');

/** The contest stands near the beginning of a request's body, before the data. */
const contestPattern = /"contest_id":"([^"]+)"/;

export function createAgents(): Agents {
  let answers = answersFor([]);
  const gaps = createGaps();
  const samples = new Map<AskType, Uint8Array>();
  const held = new Map<string, () => void>();
  let heldKind: AskType | null = null;
  let heldRequests = 0;
  let answered = 0;

  return {
    take(subject, body, respond) {
      const kind = askTypeOf(subject);
      const answer = () => {
        answered += 1;
        respond(answers[kind]);
      };
      if (kind === heldKind) {
        heldRequests += 1;
        held.set(subject, answer);
        return;
      }
      if (kind === 'health') return answer();
      const contest = contestPattern.exec(latin1.decode(body.subarray(0, 400)))?.[1] ?? '';
      samples.set(kind, body);
      gaps.asked(contest, kind);
      answer();
      gaps.answered(contest);
    },
    calls: {
      know(players: readonly string[]) {
        answers = answersFor(players);
      },
      hold(kind: AskType | null) {
        heldKind = kind;
        if (kind !== null) return;
        for (const answer of held.values()) answer();
        held.clear();
      },
      held: () => ({ jobs: held.size, requests: heldRequests }),
      recount() {
        held.clear();
        heldRequests = 0;
      },
      gaps: () => gaps.take(),
      samples: () => Object.fromEntries([...samples].map(([kind, body]) => [kind, Buffer.from(body).toString('utf8')])),
      answered: () => answered,
    },
  };
}
