/** How a setup decides. A transition enters a state with what that state makes; a prompt's answer lets it go on. */
import { derivedId } from '../../protocol/ids.ts';
import type { SetupStateName } from '../../protocol/states.ts';
import { createPhase } from '../contest/phase.ts';
import { nextJobId, promptSpec } from '../contest/prompts.ts';
import { type ExistingContest, existingContest, seatOfRole } from '../contest/state.ts';
import { answerData, type JobResult, resultOfJob } from '../job/result.ts';
import type { JobSpec } from '../job/state.ts';
import { accept, type ChildrenSettled, type Context, type Decision, refuse } from '../runtime/machine.ts';
import { evolveSetup } from './evolve.ts';
import { expandFeatures, placePlayers } from './placing.ts';
import type { ExistingSetup, SetupCommand, SetupEvent, SetupState } from './state.ts';

type Outcome = Decision<SetupEvent>;
type Moved = Extract<SetupEvent, { type: 'moved' }>;
const nothing: Outcome = accept([]);

const { advance, proceed, cancel, follow } = createPhase<SetupStateName, SetupState, SetupEvent, Moved>({
  name: 'setup',
  complete: 'setup_complete',
  failed: 'setup_fail',
  isAtRest: (setup) => setup.state === 'setup_fail',
  evolve: evolveSetup,
  due: (contest, setup, context) => (setup.state === 'none' ? null : dueTransition(contest, setup, context)),
  jobOf: (contest, _setup, { to }) => promptOf(contest, to),
});

export function decideSetup(state: SetupState, command: SetupCommand, context: Context): Outcome {
  const contest = existingContest(context.scope.stateOf(context.scope.root));
  if (state.state === 'none') {
    if (command.type === 'copy') return accept<SetupEvent>([{ type: 'copied', state: command.state }]);
    if (command.type !== 'create') return refuse('not_found', `contest ${state.contest_id} has no setup yet`);
    const created: SetupEvent = { type: 'setup_created', retries: contest.retries };
    return follow(contest, state, [created], context);
  }
  switch (command.type) {
    case 'create':
    case 'copy':
      return nothing;
    case 'advance':
      return advance(contest, state, command.in, context);
    case 'proceed':
      return proceed(contest, state, context);
    case 'retry':
      return retry(contest, state, command.number, context);
    case 'cancel':
      return cancel(state);
    case 'children_settled':
      return promptSettled(contest, state, command, context);
    default:
      return command satisfies never;
  }
}

/** Tries again what failed; what was made before stays. */
function retry(contest: ExistingContest, setup: ExistingSetup, number: number, context: Context): Outcome {
  if (number <= setup.retries || setup.state !== 'setup_fail' || !setup.failed_in) return nothing;
  const spec = promptOf(contest, setup.failed_in);
  if (!spec) return nothing;
  return accept<SetupEvent>([{ type: 'retried', number, job_id: nextJobId(context) }], { derived: spec });
}

function promptSettled(
  contest: ExistingContest,
  setup: ExistingSetup,
  command: ChildrenSettled,
  context: Context,
): Outcome {
  const notice = command.children.find(({ child }) => child === setup.job_id);
  if (!notice) return nothing;
  const result = resultOfJob(notice);
  const noted: SetupEvent[] =
    result.faults.length > 0
      ? [{ type: 'faults_noted', seat: result.participant_id ?? '', faults: result.faults }]
      : [];
  if (setup.cancelling) return accept<SetupEvent>([...noted, { type: 'stopped' }]);
  return follow(contest, setup, [...noted, judgedAnswer(contest, setup, notice.outcome, result, context)], context);
}

function judgedAnswer(
  contest: ExistingContest,
  setup: ExistingSetup,
  outcome: string,
  result: JobResult,
  context: Context,
): SetupEvent {
  if (outcome !== 'complete') {
    return {
      type: 'phase_failed',
      message: `${setup.state}: ${result.participant_id} did not answer: ${result.message}`,
    };
  }
  if (setup.state === 'describing_setup') return { type: 'described', text: String(result.data) };
  const generated = answerData<'arena_generate_features'>(result.data);
  return {
    type: 'features_generated',
    features: expandFeatures(generated, contest.arena, (index) =>
      derivedId(context.address, context.scope.position + 1, index),
    ),
  };
}

function dueTransition(contest: ExistingContest, setup: ExistingSetup, context: Context): Moved | null {
  if (setup.cancelling || setup.stopped) return null;
  const to = (state: SetupStateName, more: Partial<Moved> = {}): Moved => ({
    type: 'moved',
    from: setup.state,
    to: state,
    ...more,
  });
  const asking = (state: SetupStateName): Moved =>
    to(state, promptOf(contest, state) ? { job_id: nextJobId(context) } : {});
  switch (setup.state) {
    case 'idle':
      return to('creating_round');
    case 'creating_round':
      return to('adding_fixed_features', { features: contest.arena.features });
    case 'adding_fixed_features':
      return asking('generating_features');
    case 'generating_features':
      if (setup.settled?.ok === false) return to('setup_fail', { error: setup.settled.message });
      if (promptOf(contest, 'generating_features') && !setup.settled) return null;
      return to('generating_positions', { players: placePlayers(contest, setup.features) });
    case 'generating_positions':
      return asking('describing_setup');
    case 'describing_setup':
      if (!setup.settled) return null;
      return setup.settled.ok ? to('setup_complete') : to('setup_fail', { error: setup.settled.message });
    default:
      return null;
  }
}

/** The prompt that a state waits for, or null when it asks nobody. */
export function promptOf(contest: ExistingContest, state: SetupStateName): JobSpec | null {
  if (state === 'generating_features') {
    const seat = contest.arena.max_random_features > 0 ? seatOfRole(contest, 'arena') : null;
    return seat && promptSpec(contest, seat, 'arena_generate_features', 0);
  }
  if (state !== 'describing_setup') return null;
  const announcer = seatOfRole(contest, 'announcer');
  return announcer && promptSpec(contest, announcer, 'announcer_describe_arena', 0);
}
