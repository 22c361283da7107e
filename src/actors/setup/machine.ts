/** The setup machine: makes what round 0 starts from. Fixed features, invented ones, positions drawn from the seed, the scene described. */
import { addressOf, contestOf } from '../address.ts';
import type { PhaseReport } from '../contest/phase.ts';
import { cancelJob, spawnJob } from '../contest/prompts.ts';
import type { SeatReport } from '../contest/state.ts';
import type { JobSpec } from '../job/state.ts';
import type { Effect, Machine } from '../runtime/machine.ts';
import { decideSetup } from './decide.ts';
import { evolveSetup } from './evolve.ts';
import type { ExistingSetup, SetupCommand, SetupEvent, SetupState } from './state.ts';

export const setupMachine: Machine<SetupState, SetupCommand, SetupEvent> = {
  kind: 'setup',
  shape: 1,
  // A job that is final stays until then, so that an answer that comes too late finds it.
  forgetsBelow: true,
  initialState: (address) => ({ state: 'none', contest_id: contestOf(address) ?? '' }),
  decide: decideSetup,
  evolve: evolveSetup,
  effects: (state, event, derived) => (state.state === 'none' ? [] : effectsOf(state, event, derived)),
  owed: (state) => (state.state === 'none' ? [] : owedBy(state)),
  activity: (state) => {
    if (state.state === 'none' || state.state === 'setup_complete' || state.stopped) return 'final';
    return state.state === 'setup_fail' || (state.halted && state.job_id === null) ? 'resting' : 'active';
  },
};

function effectsOf(setup: ExistingSetup, event: SetupEvent, derived: unknown): readonly Effect[] {
  const self = addressOf.setup(setup.contest_id);
  switch (event.type) {
    case 'moved':
    case 'retried': {
      const ended = event.type === 'moved' && (event.to === 'setup_complete' || event.to === 'setup_fail');
      if (ended) return [report(setup)];
      return event.job_id ? [spawnJob(self, event.job_id, derived as JobSpec)] : [];
    }
    case 'cancel_requested':
      return cancelPrompt(setup);
    case 'stopped':
      return [report(setup)];
    default:
      return [];
  }
}

function owedBy(setup: ExistingSetup): readonly Effect[] {
  if (setup.stopped || setup.state === 'setup_complete' || setup.state === 'setup_fail') return [report(setup)];
  return setup.cancelling ? cancelPrompt(setup) : [];
}

function cancelPrompt(setup: ExistingSetup): readonly Effect[] {
  return cancelJob(addressOf.setup(setup.contest_id), setup.job_id, 'the contest was cancelled');
}

function report(setup: ExistingSetup): Effect {
  const outcome = setup.stopped ? 'cancelled' : setup.state === 'setup_complete' ? 'complete' : 'fail';
  const result: PhaseReport = { message: setup.error ?? '', retries: setup.retries, seats: seatReports(setup) };
  return {
    type: 'notify',
    to: addressOf.contest(setup.contest_id),
    notice: { child: 'setup', outcome, result },
  };
}

function seatReports({ faults }: ExistingSetup): SeatReport[] {
  const bySeat = Map.groupBy(faults, ({ seat }) => seat);
  return [...bySeat].map(([id, noted]) => ({
    id,
    latency_ms: null,
    faults: noted.reduce((sum, { faults: some }) => sum + some.length, 0),
  }));
}
