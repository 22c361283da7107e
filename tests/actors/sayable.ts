/** What can be said to the actors of a root: by people, by agents and by time (followed by a search), and among themselves. */
import type { ExistingContest } from '../../src/actors/contest/state.ts';
import type { ExistingJob, JobCommand } from '../../src/actors/job/state.ts';
import type { ExistingRound } from '../../src/actors/round/state.ts';
import type { Address, ChildNotice, Command } from '../../src/actors/runtime/machine.ts';
import { contestStates, roundStates, setupStates } from '../../src/protocol/states.ts';
import { planOf } from './making.ts';
import { answerOf } from './simulated-agents.ts';
import { type Simulation, theContest } from './simulated-root.ts';

export interface Sayable {
  readonly address: Address;
  readonly command: Command;
}

/** Messages of the arena to itself: each may come twice. */
export const internalTypes: ReadonlySet<string> = new Set([
  'children_settled',
  'check',
  'proceed',
  'restart',
  'round_result',
  'wake',
  'fault',
]);

/** What people, agents and time can do next, each as a move on a copy of the root. */
export function movesFrom(node: Simulation): ((copy: Simulation) => void)[] {
  const say = (address: Address, command: Command) => (copy: Simulation) => void copy.command(address, command);
  const people = ['start', 'advance', 'pause', 'resume', 'cancel', 'retry'].map((type) => say(theContest, { type }));
  const { round_no, play } = node.stateOf(node.root) as ExistingContest;
  // A later round, or a third play, teaches nothing that this has not taught.
  const restarts = round_no !== 0 || play > 1 ? [] : [say(theContest, { type: 'restart_round', round_no } as Command)];
  const advances = [...node.actors.values()]
    .filter(({ machine }) => machine.kind === 'setup' || machine.kind === 'round')
    .map(({ address }) => say(address, { type: 'advance' }));
  const jobs = openJobs(node);
  // Seats are alike, so it is enough that one after another answers; all orders are the matter of the simulation.
  const [firstCheck] = jobs.filter(({ job }) => job.type === 'health');
  const asked = [...jobs.filter(({ job }) => job.type !== 'health'), ...(firstCheck ? [firstCheck] : [])];
  return [...people, ...restarts, ...advances, ...asked.flatMap(({ address, job }) => jobMoves(address, job))];
}

function openJobs(node: Simulation): { address: Address; job: ExistingJob }[] {
  return [...node.actors.values()]
    .filter(({ machine, state }) => machine.kind === 'job' && machine.activity(state) === 'active')
    .map(({ address, state }) => ({ address, job: state as ExistingJob }));
}

function jobMoves(address: Address, job: ExistingJob): ((copy: Simulation) => void)[] {
  const wake = (reason: string) => (copy: Simulation) =>
    void copy.command(address, { type: 'wake', reason, attempt: job.attempt } as Command);
  const body = (text: string) => (copy: Simulation) => {
    const call = copy.calls.find((open) => open.address === address)?.call;
    if (call) copy.command(address, answerOf(call, text));
  };
  const good = (copy: Simulation) => {
    const call = copy.calls.find((open) => open.address === address)?.call;
    if (call) copy.answer(call);
  };
  if (job.type === 'health') return [good, body('{"state": "complete", "data": {"state": "tired"}}')];
  if (job.state === 'waiting') return [wake('ask_again')];
  if (job.state === 'retry') return [wake('retry')];
  if (job.state !== 'request') return [];
  const lost: JobCommand = { type: 'fault', attempt: job.attempt, kind: 'unreachable', message: 'nobody listens' };
  return [
    good,
    body('no'),
    body('{"state": "pending", "delay": 5}'),
    wake('deadline'),
    (copy) => void copy.command(address, lost),
  ];
}

/** Everything that anybody, the arena included, might say to any actor of the root, sensible or not. */
export function everythingSayable(node: Simulation): Sayable[] {
  const contest = node.stateOf(node.root) as ExistingContest;
  const reports = reportsOf(node);
  return [...node.actors.values()].flatMap(({ address, machine, state }) => {
    const news = { type: 'children_settled', children: reports.get(address) ?? [] };
    const stranger = {
      type: 'children_settled',
      children: [{ child: 'a-stranger', outcome: 'complete', result: null }],
    };
    const commands = [...commandsFor(machine.kind, state, contest), news, stranger];
    return commands.map((command) => ({ address, command }));
  });
}

function commandsFor(kind: string, state: unknown, contest: ExistingContest): Command[] {
  switch (kind) {
    case 'contest':
      return [...contestCommands(), ...restarts(contest)];
    case 'setup':
      return [{ type: 'create' }, ...orders(setupStates, contest.retries)];
    case 'round':
      return [
        { type: 'create', start: { features: [], players: [] } } as Command,
        ...orders(roundStates, contest.retries),
        ...playsOf(state as ExistingRound, contest).map((play) => ({ type: 'restart', play }) as Command),
      ];
    case 'participant':
      return participantCommands(contest);
    default:
      return jobCommands(state as ExistingJob);
  }
}

function contestCommands(): Command[] {
  const plain = ['start', 'advance', 'pause', 'resume', 'cancel', 'retry', 'remove'].map((type) => ({ type }));
  const adjusts = [{ auto_advance: true }, { auto_advance: false }, { max_rounds: 1 }, { winning_score: -1 }].map(
    (settings) => ({ type: 'adjust', settings }),
  );
  const advances = contestStates.map((name) => ({ type: 'advance', in: name }));
  return [...plain, ...adjusts, ...advances, { type: 'create', origin: null, ...planOf() } as Command];
}

function orders(states: readonly string[], retries: number): Command[] {
  return [
    { type: 'advance' },
    ...states.map((name) => ({ type: 'advance', in: name })),
    { type: 'proceed' },
    { type: 'cancel' },
    ...[0, retries].map((number) => ({ type: 'retry', number })),
  ];
}

/** The newest round is told to restart by its contest, and only that one. */
function playsOf(round: ExistingRound, contest: ExistingContest): number[] {
  return round.round_no === contest.round_no ? [contest.play - 1, contest.play] : [round.play];
}

function restarts({ round_no: roundNo }: ExistingContest): Command[] {
  return [0, roundNo ?? 0, (roundNo ?? 0) + 1].map(
    (number) => ({ type: 'restart_round', round_no: number }) as Command,
  );
}

function participantCommands(contest: ExistingContest): Command[] {
  const results = [0, 1].flatMap((roundNo) =>
    [true, false].map((out) => ({
      type: 'round_result',
      round_no: roundNo,
      play: 1,
      latency_ms: 1,
      faults: 1,
      failures: 1,
      out,
    })),
  );
  const checks = [0, contest.retries].map((number) => ({ type: 'check', number }));
  return [{ type: 'create' } as Command, { type: 'cancel' }, ...checks, ...results];
}

function jobCommands(job: ExistingJob): Command[] {
  const bodies = [
    '',
    'no',
    '{"state": "complete"}',
    '{"state": "complete", "data": {"action": "walk"}}',
    '{"state": "pending"}',
    '{"state": "fail"}',
    '[1]',
  ];
  const task = 'participant_id' in job.spec.task ? job.spec.task.participant_id : null;
  const attempts = [job.attempt, job.attempt - 1];
  return [
    { type: 'create', parent: job.parent, spec: job.spec } as JobCommand,
    { type: 'cancel', reason: 'no longer wanted' } as JobCommand,
    ...bodies.flatMap((body) =>
      [task, 'somebody-else-here'].map((from) => ({ type: 'answer', from, body, compare_job: true })),
    ),
    ...attempts.flatMap((attempt) =>
      ['due', 'turn', 'deadline', 'ask_again', 'retry', 'expired'].map((reason) => ({ type: 'wake', reason, attempt })),
    ),
    ...attempts.flatMap((attempt) =>
      ['unreachable', 'timeout', 'budget'].map((kind) => ({ type: 'fault', attempt, kind, message: 'so it was' })),
    ),
  ];
}

/** What the children of each actor would report now. */
function reportsOf(node: Simulation): Map<Address, ChildNotice[]> {
  const reports = new Map<Address, ChildNotice[]>();
  for (const { machine, state } of node.actors.values()) {
    for (const effect of machine.owed(state, node)) {
      if (effect.type === 'notify') reports.set(effect.to, [...(reports.get(effect.to) ?? []), effect.notice]);
    }
  }
  return reports;
}
