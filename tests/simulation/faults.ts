/**
 * Deliberate faults: mistakes that somebody could make in the arena, made in the composition of a simulated one. Each must be caught by a
 * seed among the first hundred, or the simulation does not watch over what it is there for.
 */
import type { ContestCommand, ContestState } from '../../src/actors/contest/state.ts';
import type { JobEvent, JobState } from '../../src/actors/job/state.ts';
import type { ParticipantCommand, ParticipantState } from '../../src/actors/participant/state.ts';
import type { RootSnapshot } from '../../src/actors/runtime/journal.ts';
import type { Command, Machine } from '../../src/actors/runtime/machine.ts';
import type { GenerationService } from '../../src/agents/generation/service.ts';
import type { GenerationEvent } from '../../src/agents/generation/state.ts';
import type { BusConnection } from '../../src/bridge/bus.ts';
import { randomId } from '../../src/protocol/ids.ts';
import type { Wrapping } from './arena-process.ts';

export interface DeliberateFault {
  readonly name: string;
  /** What somebody has done wrong. */
  readonly what: string;
  /** The promises that it breaks, as they are told. */
  readonly breaks: RegExp;
  /** Anew for every world: a fault may remember what it has seen. */
  readonly wrap: () => Wrapping;
  /** Whether a process that has lost the store to another is refused by it. */
  readonly isFenced?: false;
}

export const deliberateFaults: readonly DeliberateFault[] = [
  {
    name: 'lost-owed',
    what: 'a job that has ended does not owe its parent the notice of it',
    breaks: /does not end/,
    wrap: () =>
      ofMachine('job', (job) => ({ ...job, owed: (state, scope) => (isFinal(state) ? [] : job.owed(state, scope)) })),
  },
  {
    name: 'lost-timer',
    what: 'deadlines and due times are not set again after a restart',
    breaks: /does not end/,
    wrap: () =>
      ofMachine('job', (job) => ({
        ...job,
        owed: (state, scope) => job.owed(state, scope).filter(({ type }) => type !== 'wake'),
      })),
  },
  {
    name: 'missing-dedupe',
    what: 'a seat counts the result of a round each time it is told',
    breaks: /counts \d+ faults, its setup and rounds/,
    wrap: () =>
      ofMachine('participant', (seat) => ({
        ...seat,
        decide(state, command, context) {
          const isResult = (command as ParticipantCommand).type === 'round_result';
          const known = state as ParticipantState;
          return seat.decide(isResult && known.state !== 'none' ? { ...known, noted: null } : state, command, context);
        },
      })),
  },
  {
    name: 'start-apart',
    what: 'a contest that is to start at once is made first, and started by a command of its own',
    breaks: /does not end/,
    wrap: () =>
      ofMachine('contest', (contest) => ({
        ...contest,
        decide: (state, command, context) => contest.decide(state, { ...command, start: false } as Command, context),
      })),
  },
  {
    name: 'doubled-notice',
    what: 'the contest takes any notice of a round for one of the round that is played',
    breaks: /is taken for complete and is in|round \d+ is not complete/,
    wrap: () =>
      ofMachine('contest', (contest) => ({
        ...contest,
        decide(state, command, context) {
          const { type } = command as ContestCommand;
          return contest.decide(state, type === 'children_settled' ? ofThisRound(state, command) : command, context);
        },
      })),
  },
  {
    name: 'free-retry',
    what: 'a retry after a bad answer is made under the same number',
    breaks: /attempt \d+ where \d+ is due/,
    wrap: () =>
      ofMachine('job', (job) => ({
        ...job,
        decide(state, command, context) {
          const decision = job.decide(state, command, context);
          if ('refused' in decision) return decision;
          const events = (decision.events as unknown as readonly JobEvent[]).map((event) =>
            event.type === 'retry_planned' ? { ...event, same_attempt: true } : event,
          );
          return { ...decision, events };
        },
      })),
  },
  {
    name: 'early-effect',
    what: 'effects leave when an entry is queued, not when it is committed',
    breaks: /before (it|that) was on disk/,
    wrap: () => ({
      journal: (journal) => ({
        ...journal,
        append(append) {
          journal.append({ ...append, committed: () => {} });
          append.committed(append.entries.map(() => 0));
        },
      }),
    }),
  },
  {
    name: 'wrong-snapshot',
    what: 'a snapshot holds the top of the root as it was at the snapshot before',
    breaks: /is another (from the snapshot|in memory)|was spawned before|was told otherwise|does not end/,
    wrap: () => ({ journal: staleSnapshots() }),
  },
  {
    name: 'skipped-entry',
    what: 'recovery passes over the newest entry of a root',
    breaks: /is another in memory|asked again, though it is over|is due|it ends|does not end/,
    wrap: () => ({
      journal: (journal) => ({
        ...journal,
        async load(root, after) {
          const entries = await journal.load(root, after);
          return entries.map((entry, index) =>
            index > 0 && index === entries.length - 1 ? { ...entry, events: [] } : entry,
          );
        },
      }),
    }),
  },
  {
    name: 'forgotten-reply',
    what: 'the reply to a command with an id of its own is not kept',
    breaks: /was carried out twice|expects position/,
    wrap: () => ({
      journal: (journal) => ({
        ...journal,
        append: ({ receipt: _, ...append }) => journal.append(append),
        receipt: async () => null,
      }),
    }),
  },
  {
    name: 'leaked-memory',
    what: 'the text of a request is kept for all seats, not for each',
    breaks: /was shown (memory|notes|goods)-of|with a text that is not on record/,
    wrap: () => ({ requests: sharedTexts }),
  },
  {
    name: 'wrong-participant',
    what: "an answer is taken by its job's id, whoever gave it",
    breaks: /that somebody else has signed/,
    wrap: () => ({ requests: answersOfAnybody }),
  },
  {
    name: 'early-cursor',
    what: 'the relay goes on before the bus has its notices',
    breaks: /was never told/,
    wrap: () => ({ notices: (connection) => ({ ...connection, flush: async () => {} }) }),
  },
  {
    name: 'unflushed-message',
    what: 'a MESSAGE job is complete before the bus has its message',
    breaks: /its message was never published/,
    wrap: () => ({ requests: (connection) => ({ ...connection, flush: async () => {} }) }),
  },
  {
    name: 'free-call',
    what: 'a call to a model that is made once more keeps its number',
    breaks: /call \d+ where \d+ is due/,
    wrap: () =>
      ofMachine('generation', (generation) => ({
        ...generation,
        decide(state, command, context) {
          const decision = generation.decide(state, command, context);
          if ('refused' in decision) return decision;
          const events = (decision.events as readonly unknown[] as readonly GenerationEvent[]).map((event) =>
            event.type === 'asked' ? { ...event, try: 1 } : event,
          );
          return { ...decision, events };
        },
      })),
  },
  {
    name: 'second-generation',
    what: 'a request that comes again is a new generation',
    breaks: /a second generation for/,
    wrap: () => ({ generations: alwaysAnew }),
  },
  {
    name: 'missing-fence',
    what: 'a process that has lost the database to another goes on writing',
    breaks: /expects position|is another|asked again, though it is over|does not end/,
    wrap: () => ({}),
    isFenced: false,
  },
];

/** The machine of one kind, changed. */
function ofMachine(kind: string, change: (machine: Machine) => Machine): Wrapping {
  let changed: Machine | null = null;
  return {
    machineOf(_address, machine) {
      if (machine.kind !== kind) return machine;
      changed ??= change(machine);
      return changed;
    },
  };
}

function isFinal(state: unknown): boolean {
  return ['complete', 'fail', 'cancelled'].includes((state as JobState).state);
}

function ofThisRound(state: unknown, command: { readonly type: string }): { readonly type: string } {
  const contest = state as ContestState;
  const { children, ...rest } = command as Extract<ContestCommand, { type: 'children_settled' }>;
  if (contest.state !== 'in_round') return command;
  const renamed = children.map((notice) =>
    /^\d+$/.test(notice.child) ? { ...notice, child: String(contest.round_no) } : notice,
  );
  return { ...rest, children: renamed } as ContestCommand;
}

function staleSnapshots(): NonNullable<Wrapping['journal']> {
  const tops = new Map<string, RootSnapshot['streams'][number]>();
  return (journal) => ({
    ...journal,
    saveSnapshot(snapshot) {
      const streams = snapshot.streams.map((one) => {
        if (one.stream !== snapshot.root) return one;
        const before = tops.get(snapshot.root);
        tops.set(snapshot.root, one);
        return before ? { ...one, state: before.state } : one;
      });
      return journal.saveSnapshot({ ...snapshot, streams });
    },
  });
}

function sharedTexts(connection: BusConnection): BusConnection {
  const texts = new Map<string, unknown>();
  return {
    ...connection,
    publish(subject, data, options) {
      const body = typeof data === 'string' ? data : new TextDecoder().decode(data);
      if (!subject.includes('.request.') || !body.includes('"contest":')) {
        return connection.publish(subject, data, options);
      }
      const request = JSON.parse(body) as { contest_id: string; round_no: number; data: unknown };
      const key = `${request.contest_id} ${request.round_no}`;
      const text = texts.get(key) ?? request.data;
      texts.set(key, request.data);
      connection.publish(subject, JSON.stringify({ ...request, data: text }), options);
    },
  };
}

function alwaysAnew(service: GenerationService): GenerationService {
  const newest = new Map<string, string>();
  return {
    ...service,
    find: async () => null,
    begin(id, spec, spent) {
      const anew = `${id}-${newest.size + 1}-${randomId()}`;
      newest.set(id, anew);
      return service.begin(anew, spec, spent);
    },
    ended: (id, waiting) => service.ended(newest.get(id) ?? id, waiting),
  };
}

function answersOfAnybody(connection: BusConnection): BusConnection {
  const expected = new Map<string, string>();
  const jobOf = (subject: string) => subject.slice(subject.lastIndexOf('.') + 1);
  return {
    ...connection,
    publish(subject, data, options) {
      if (options?.reply !== undefined) expected.set(jobOf(subject), options.reply);
      connection.publish(subject, data, options);
    },
    subscribe: (pattern, handler, options) =>
      connection.subscribe(
        pattern,
        (message) => handler({ ...message, subject: expected.get(jobOf(message.subject)) ?? message.subject }),
        options,
      ),
  };
}
