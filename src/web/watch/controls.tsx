/** Steering: each button is there when the arena would carry it out, and what the arena refuses is said beside them. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ContestAction } from '../../client/client.ts';
import { Confirmation } from '../frame/confirmation.tsx';
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import type { OpenContest } from '../story/open-contest.ts';
import type { Contest } from '../story/picture.ts';
import { useUnhurried } from '../unhurried.ts';
import { errorWords, roundName } from '../words.ts';

interface Button {
  readonly action: ContestAction;
  readonly name: string;
  readonly isMain?: boolean;
  readonly fits: (contest: Contest) => boolean;
}

const isOver = ({ state }: Contest) => state === 'complete' || state === 'cancelled';
const isRunning = (contest: Contest) => !isOver(contest) && contest.state !== 'created' && contest.state !== 'fail';
const isStepping = ({ paused, settings }: Contest) => paused || !settings.auto_advance;
const statesOfPlay: readonly (string | null)[] = ['create_round', 'in_round', 'check_end'];
const canPlayAgain = ({ state, failedIn }: Contest) =>
  statesOfPlay.includes(state) || (state === 'fail' && failedIn === 'in_round');

const buttons: readonly Button[] = [
  { action: 'start', name: 'Start', isMain: true, fits: ({ state }) => state === 'created' },
  { action: 'retry', name: 'Retry', isMain: true, fits: ({ state }) => state === 'fail' },
  { action: 'resume', name: 'Resume', isMain: true, fits: (contest) => contest.paused && !isOver(contest) },
  { action: 'advance', name: 'Step', fits: (contest) => isRunning(contest) && isStepping(contest) },
  { action: 'pause', name: 'Pause', fits: (contest) => isRunning(contest) && !contest.paused },
];

export function Controls({ contest }: { contest: OpenContest }) {
  const { arena } = usePanel();
  const refused = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const isEnding = useSignal(false);
  const isReplaying = useSignal(false);
  const group = useRef<HTMLDivElement>(null);
  const pressed = useRef<Element | null>(null);
  // What can be done depends on how the contest is now, whatever moment is looked at.
  const now = contest.last.value.contest;
  const newestRound = contest.last.value.rounds.at(-1)?.number;
  const playedRound = useComputed(
    () => contest.picture.value.rounds.findLast(({ state }) => state === 'round_complete')?.number,
  );
  const shownRound = useUnhurried(playedRound).value;

  // A button that did its work goes away: who pressed it by keyboard is taken to the one that is first now.
  useEffect(() => {
    if (pressed.current === null || pressed.current.isConnected) return;
    pressed.current = null;
    if (document.activeElement === document.body) group.current?.querySelector('button')?.focus();
  });
  if (!now) return null;

  const carryOut = async (work: () => Promise<unknown>) => {
    if (isBusy.value) return;
    pressed.current = document.activeElement;
    refused.value = null;
    isBusy.value = true;
    try {
      await work();
    } catch (error) {
      refused.value = errorWords(error);
    } finally {
      isBusy.value = false;
    }
  };
  const act = (action: ContestAction) => carryOut(() => arena.contests.act(contest.id, action, commandKey()));
  const copy = (work: () => Promise<{ id: string }>) =>
    carryOut(async () => {
      const made = await work();
      location.hash = linkTo.watch(made.id);
    });

  return (
    <div class="controls">
      <div ref={group} class="buttons" role="group" aria-label="Steer the contest">
        {buttons
          .filter(({ fits }) => fits(now))
          .map(({ action, name, isMain }) => (
            <button
              key={action}
              type="button"
              class={isMain ? 'main' : undefined}
              aria-disabled={isBusy.value}
              onClick={() => void act(action)}
            >
              {name}
            </button>
          ))}
        {newestRound !== undefined && canPlayAgain(now) && (
          <button type="button" aria-disabled={isBusy.value} onClick={() => (isReplaying.value = true)}>
            Play round {newestRound + 1} again…
          </button>
        )}
        {shownRound !== undefined && (
          <button
            type="button"
            aria-disabled={isBusy.value}
            title="A new contest with the rounds up to this one, that then goes its own way"
            onClick={() => void copy(() => arena.contests.fork(contest.id, { round_no: shownRound }))}
          >
            Fork after round {shownRound + 1}
          </button>
        )}
        <button
          type="button"
          aria-disabled={isBusy.value}
          title="A new contest with the same set-up and no rounds"
          onClick={() => void copy(() => arena.contests.clone(contest.id))}
        >
          Clone
        </button>
        {!isOver(now) && (
          <button type="button" aria-disabled={isBusy.value} onClick={() => (isEnding.value = true)}>
            Cancel…
          </button>
        )}
      </div>
      {refused.value && (
        <p class="bad" role="alert">
          {refused.value}
        </p>
      )}
      <Confirmation
        isOpen={isEnding}
        title="End this contest?"
        words="Whoever is being asked is asked no longer, and the contest cannot be taken up again. What was played stays to be read."
        yes="End it for good"
        no="Let it go on"
        onYes={() => void act('cancel')}
      />
      <Confirmation
        isOpen={isReplaying}
        title={`Play ${roundName(newestRound ?? 0).toLowerCase()} again?`}
        words="The round begins anew from where the one before it ended: everybody is asked again, and what they answered counts no longer. It stays in the journal."
        yes="Play it again"
        no="Leave it"
        onYes={() => void carryOut(() => arena.contests.restartRound(contest.id, newestRound ?? 0))}
      />
    </div>
  );
}

/** One for each click: a call that is made again acts once. */
function commandKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
