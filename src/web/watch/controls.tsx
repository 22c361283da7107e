/** Steering: each button is there when the arena would carry it out, and what the arena refuses is said beside them. */
import { useSignal } from '@preact/signals';
import { ClientError, type ContestAction } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import type { OpenContest } from '../story/open-contest.ts';
import type { Contest } from '../story/picture.ts';

interface Button {
  readonly action: ContestAction;
  readonly name: string;
  readonly isMain?: boolean;
  readonly fits: (contest: Contest) => boolean;
}

const isOver = ({ state }: Contest) => state === 'complete' || state === 'cancelled';
const isRunning = (contest: Contest) => !isOver(contest) && contest.state !== 'created' && contest.state !== 'fail';
const isStepping = ({ paused, settings }: Contest) => paused || !settings.auto_advance;

const buttons: readonly Button[] = [
  { action: 'start', name: 'Start', isMain: true, fits: ({ state }) => state === 'created' },
  { action: 'retry', name: 'Retry', isMain: true, fits: ({ state }) => state === 'fail' },
  { action: 'resume', name: 'Resume', isMain: true, fits: (contest) => contest.paused && !isOver(contest) },
  { action: 'advance', name: 'Step', fits: (contest) => isRunning(contest) && isStepping(contest) },
  { action: 'pause', name: 'Pause', fits: (contest) => isRunning(contest) && !contest.paused },
  { action: 'cancel', name: 'Cancel', fits: (contest) => !isOver(contest) },
];

export function Controls({ contest }: { contest: OpenContest }) {
  const { arena } = usePanel();
  const refused = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const asked = useSignal(false);
  // What can be done depends on how the contest is now, whatever moment is looked at.
  const now = contest.last.value.contest;
  const shownRound = contest.picture.value.rounds.findLast(({ state }) => state === 'round_complete');
  if (!now) return null;

  const carryOut = async (work: () => Promise<unknown>) => {
    refused.value = null;
    isBusy.value = true;
    try {
      await work();
    } catch (error) {
      refused.value = error instanceof ClientError ? error.message : String(error);
    } finally {
      isBusy.value = false;
    }
  };
  const act = (action: ContestAction) => {
    asked.value = false;
    void carryOut(() => arena.contests.act(contest.id, action, commandKey()));
  };
  const copy = (work: () => Promise<{ id: string }>) =>
    carryOut(async () => {
      const made = await work();
      location.hash = linkTo.watch(made.id);
    });

  return (
    <div class="controls">
      <div class="buttons" role="group" aria-label="Steer the contest">
        {buttons
          .filter(({ fits }) => fits(now))
          .map(({ action, name, isMain }) =>
            action === 'cancel' && !asked.value ? (
              <button key={action} type="button" onClick={() => (asked.value = true)}>
                Cancel…
              </button>
            ) : (
              <button
                key={action}
                type="button"
                class={isMain ? 'main' : action === 'cancel' ? 'danger' : undefined}
                disabled={isBusy.value}
                onClick={() => act(action)}
              >
                {action === 'cancel' ? 'End it for good' : name}
              </button>
            ),
          )}
        {asked.value && (
          <button type="button" onClick={() => (asked.value = false)}>
            Let it go on
          </button>
        )}
        {shownRound && (
          <button
            type="button"
            disabled={isBusy.value}
            title="A new contest with the rounds up to this one, that then goes its own way"
            onClick={() => void copy(() => arena.contests.fork(contest.id, { round_no: shownRound.number }))}
          >
            Fork after round {shownRound.number + 1}
          </button>
        )}
        <button
          type="button"
          disabled={isBusy.value}
          title="A new contest with the same set-up and no rounds"
          onClick={() => void copy(() => arena.contests.clone(contest.id))}
        >
          Clone
        </button>
      </div>
      {refused.value && (
        <p class="bad" role="alert">
          {refused.value}
        </p>
      )}
    </div>
  );
}

/** One for each click: a call that is made again acts once. */
function commandKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
