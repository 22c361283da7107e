/**
 * The agents of a simulated world: one program on the bus that answers for every seat, well or badly. What a seat says is signed with its
 * name and holds marks that only some may see, so that an answer of somebody else and a view that shows too much can be told.
 */
import type { BusConnection, BusMessage } from '../../src/bridge/bus.ts';
import type { HttpRequest } from '../../src/bridge/http-call.ts';
import { requestPattern, responseSubject } from '../../src/protocol/channels.ts';
import type { ContestView } from '../../src/protocol/contest.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import type { AskType } from '../../src/protocol/states.ts';
import type { Draws } from '../support/draws.ts';
import type { Chaos } from './chaos.ts';
import { createOwner, type EventLoop, type Owner } from './event-loop.ts';
import type { Network } from './network.ts';

/** What only some may see of a seat. */
export const marks = {
  memory: (seat: string) => `memory-of-${seat}.`,
  goods: (seat: string) => `goods-of-${seat}.`,
  notes: (judge: string) => `notes-of-${judge}.`,
  signature: (seat: string) => `signed ${seat}.`,
} as const;

export interface Agents {
  readonly owner: Owner;
  /** Told of every request that is received. */
  watch(callback: (request: AgentRequest, body: string) => void): void;
  /** What an agent with an endpoint of its own says to a call: to a request, or, without a body, to being asked once more. */
  answer(request: HttpRequest): string;
  /** What a language model says in the place of the seat that is asked, when it says it well. */
  words(request: AgentRequest): string;
  /** Begins to listen. */
  start(): Promise<void>;
}

type Misdeed = (asked: Asked) => void;

interface Asked {
  readonly request: AgentRequest;
  readonly subject: string;
}

export function createAgents(options: {
  loop: EventLoop;
  draws: Draws;
  chaos: Chaos;
  network: Network;
  /** Everybody who takes part anywhere, and those of them who have a program here that listens. */
  seats: readonly string[];
  listeners: readonly string[];
}): Agents {
  const { loop, draws, chaos, network, seats, listeners } = options;
  const owner = createOwner('agents');
  const watchers: ((request: AgentRequest, body: string) => void)[] = [];
  const decoder = new TextDecoder();
  let connection: BusConnection | null = null;

  function say(subject: string, body: string, delayMs = draws.between(0, chaos.delayMs)): void {
    loop.after(owner, delayMs, () => connection?.publish(subject, body));
  }

  function complete({ request }: Asked, seat = request.participant_id): string {
    return JSON.stringify({ job_id: request.job_id, state: 'complete', data: answerOf(request, seat, draws) });
  }

  const tell = ({ request, subject }: Asked, response: object) =>
    say(subject, JSON.stringify({ job_id: request.job_id, ...response }));

  /** Another seat answers, on its own subject. */
  function forge(asked: Asked): void {
    const { command, job_id, participant_id } = asked.request;
    const other = draws.pick(seats.filter((seat) => seat !== participant_id));
    say(responseSubject(`actor.agent.${other}`, command, job_id), complete(asked, other));
  }

  const misdeeds: readonly Misdeed[] = [
    () => {},
    (asked) => say(asked.subject, 'I would rather not.'),
    (asked) => say(asked.subject, ''),
    (asked) => say(asked.subject, complete(asked).slice(0, -9)),
    (asked) => say(asked.subject, `Here it is:\n\`\`\`json\n${complete(asked)}\n\`\`\``),
    (asked) => tell(asked, { state: 'fail', message: 'not today' }),
    (asked) => tell(asked, { state: 'pending', delay: draws.between(0, 400) }),
    (asked) => tell(asked, { state: 'complete', data: { players: [{ id: 'nobody-at-all', score: 1 }] } }),
    (asked) => say(asked.subject, JSON.stringify({ job_id: 'some-other-job', state: 'complete', data: 'wrong' })),
    // Twice, and not the same.
    (asked) => {
      say(asked.subject, complete(asked));
      say(asked.subject, complete(asked));
    },
    // Too late.
    (asked) => say(asked.subject, complete(asked), asked.request.timeout_ms + draws.between(0, 2_000)),
    forge,
    forge,
  ];

  function receive(message: BusMessage): void {
    const body = decoder.decode(message.data);
    const request = JSON.parse(body) as AgentRequest;
    const subject = message.reply;
    if (subject === null) return;
    for (const watcher of watchers) watcher(request, body);
    const asked = { request, subject };
    // A contest that nobody answers the role call of is soon told.
    const misbehaves = draws.chance(chaos.misbehave) && (request.command !== 'health' || draws.chance(0.3));
    if (misbehaves) draws.pick(misdeeds)(asked);
    else say(subject, complete(asked));
  }

  /** The newest request for each job, as whoever says pending has to remember it. */
  const remembered = new Map<string, AgentRequest>();

  function answer({ url, body }: HttpRequest): string {
    const job = url.slice(url.lastIndexOf('/') + 1);
    if (body) {
      const request = JSON.parse(body) as AgentRequest;
      remembered.set(job, request);
      for (const watcher of watchers) watcher(request, body);
    }
    const request = remembered.get(job);
    return request
      ? complete({ request, subject: '' })
      : JSON.stringify({ state: 'fail', message: 'never heard of it' });
  }

  return {
    owner,
    answer,
    words(request) {
      const said = answerOf(request, request.participant_id, draws);
      return typeof said === 'string' ? said : JSON.stringify(said);
    },
    watch: (callback) => void watchers.push(callback),
    async start() {
      connection = await network.busOf(owner).connect({ name: 'agents' });
      for (const seat of listeners) connection.subscribe(requestPattern(`actor.agent.${seat}`), receive);
    },
  };
}

type Answer = (seat: string, contest: ContestView, draws: Draws) => Json;

const answers: Readonly<Record<AskType, Answer>> = {
  health: () => ({ name: 'simulated', state: 'OK' }),
  player_player_action: (seat, contest) => ({
    action: `walks in round ${contest.current_round}, ${marks.signature(seat)}`,
    target: '2,2',
    narration: 'Steps.',
    memories: `round ${contest.current_round}: ${marks.memory(seat)}`,
  }),
  judge_player_action_judgement: (seat) => ({
    result: `It may. ${marks.signature(seat)}`,
    reason: 'So it is.',
    memories: `Watch it: ${marks.notes(seat)}`,
  }),
  judge_apply_effects: (seat, contest, draws) => {
    const round = contest.rounds.at(-1);
    return {
      players: (round?.players ?? []).map(({ id, score }) => ({
        id,
        position: `${draws.between(1, 4)},${draws.between(1, 4)}`,
        health: `as well as it can be, ${marks.signature(seat)}`,
        score: (score ?? 0) + draws.between(0, 4),
        inventory: [marks.goods(id)],
      })),
      features: (round?.features ?? []).slice(0, 1).map(({ id }) => ({
        id,
        description: `worn, ${marks.signature(seat)}`,
        position: draws.pick(['1,1', '2,3', `player:${round?.players[0]?.id ?? ''}`]),
      })),
    };
  },
  announcer_describe_arena: (seat) => `The stones wait. ${marks.signature(seat)}`,
  announcer_describe_results: (seat, contest) => `So ended round ${contest.current_round}. ${marks.signature(seat)}`,
  arena_generate_features: (seat) => [{ name: 'mist', description: marks.signature(seat), position: '2,4' }],
};

function answerOf(request: AgentRequest, seat: string, draws: Draws): Json {
  return answers[request.command](seat, request.data.contest as unknown as ContestView, draws);
}
