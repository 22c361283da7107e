/** Time: a slider over the whole journal, above a ribbon that shows its rounds and where something went wrong. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { usePanel } from '../panel.ts';
import type { OpenContest } from '../story/open-contest.ts';
import { roundName, timeWords } from '../words.ts';
import { drawRibbon, ribbonOf } from './ribbon.ts';

const connectionWords = {
  opening: 'Reading the journal',
  live: 'Live',
  lost: 'Connection lost, coming back',
  refused: '',
} as const;

interface Moment {
  readonly position: number;
  readonly newest: number;
  /** Where each round begins. */
  readonly starts: readonly number[];
}

const steps: readonly { name: string; drawing: string; target: (moment: Moment) => number }[] = [
  {
    name: 'Back to the start of the round',
    drawing: 'M3 3v10M13 3 6 8l7 5z',
    target: ({ position, starts }) => starts.findLast((start) => start < position) ?? 1,
  },
  { name: 'One entry back', drawing: 'M11 3 4 8l7 5z', target: ({ position }) => position - 1 },
  { name: 'One entry on', drawing: 'M5 3l7 5-7 5z', target: ({ position }) => position + 1 },
  {
    name: 'On to the next round',
    drawing: 'M13 3v10M3 3l7 5-7 5z',
    target: ({ position, newest, starts }) => starts.find((start) => start > position) ?? newest,
  },
];

export function TimeBar({ contest }: { contest: OpenContest }) {
  const { palette } = usePanel().theme;
  const { at, newest, connection } = contest;
  const isLive = contest.isLive.value;
  const ribbon = useComputed(() => ribbonOf(contest.history, newest.value));
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const place = canvas.current;
    if (!place) return;
    const draw = () => drawRibbon(place, ribbon.value, newest.value, palette.value);
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(place);
    return () => observer.disconnect();
  }, [ribbon.value, newest.value, palette.value]);

  const goTo = (wanted: number) => {
    at.value = wanted >= newest.value ? null : Math.max(1, wanted);
  };
  const starts = ribbon.value.rounds.map(({ from }) => from);

  return (
    <section class="time" aria-label="Time">
      <div class="time-steps">
        {steps.map(({ name, drawing, target }) => (
          <button
            key={name}
            type="button"
            aria-label={name}
            title={name}
            onClick={() => goTo(target({ position: positionOf(contest), newest: newest.value, starts }))}
          >
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
              <path d={drawing} />
            </svg>
          </button>
        ))}
      </div>
      <div class="time-line">
        <canvas ref={canvas} />
        <Slider contest={contest} goTo={goTo} />
      </div>
      <div class="time-facts">
        <MomentWords contest={contest} />
        <button
          type="button"
          class={`live live-${connection.value}`}
          aria-pressed={isLive}
          onClick={() => (at.value = null)}
        >
          <i aria-hidden="true" />
          {isLive || connection.value === 'lost' ? connectionWords[connection.value] : 'Go to live'}
        </button>
      </div>
    </section>
  );
}

/** What follows a drag in every frame stands by itself, so that the rest of the bar is not gone through with it. */
function Slider({ contest, goTo }: { contest: OpenContest; goTo: (position: number) => void }) {
  const position = positionOf(contest);
  const newest = contest.newest.value;
  const round = contest.picture.value.rounds.at(-1);
  return (
    <input
      type="range"
      min={1}
      max={Math.max(1, newest)}
      value={position}
      aria-label="Moment in the journal"
      aria-valuetext={`Entry ${position} of ${newest}${round ? `, round ${round.number + 1}` : ''}`}
      onInput={(event) => goTo(Number(event.currentTarget.value))}
    />
  );
}

function MomentWords({ contest }: { contest: OpenContest }) {
  const { at, rounds } = contest.picture.value;
  const round = rounds.at(-1);
  return (
    <span class="time-words">
      <span>
        <span class="time-noun">Entry </span>
        {positionOf(contest)} of {contest.newest.value}
      </span>
      {round && <span>{roundName(round.number)}</span>}
      {at > 0 && <time>{timeWords(at)}</time>}
    </span>
  );
}

function positionOf({ at, newest }: OpenContest): number {
  return Math.min(at.value ?? newest.value, newest.value);
}
