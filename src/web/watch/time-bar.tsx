/** Time: a slider over the whole journal, above a ribbon that shows its rounds and where something went wrong. */
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { OpenContest } from '../story/open-contest.ts';
import { timeWords } from '../words.ts';
import { drawRibbon, ribbonOf } from './ribbon.ts';

const connectionWords = {
  opening: 'Reading the journal',
  live: 'Live',
  lost: 'Connection lost, coming back',
  refused: '',
} as const;

export function TimeBar({ contest }: { contest: OpenContest }) {
  const { at, newest, picture, connection } = contest;
  const position = at.value === null ? newest.value : Math.min(at.value, newest.value);
  const ribbon = useComputed(() => ribbonOf(contest.history, newest.value));
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const place = canvas.current;
    if (!place) return;
    const draw = () => drawRibbon(place, ribbon.value, newest.value);
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(place);
    return () => observer.disconnect();
  }, [ribbon.value, newest.value]);

  const goTo = (wanted: number) => {
    at.value = wanted >= newest.value ? null : Math.max(1, wanted);
  };
  const starts = ribbon.value.rounds.map(({ from }) => from);
  const round = picture.value.rounds.at(-1);
  const words = `Entry ${position} of ${newest.value}${round ? `, round ${round.number}` : ''}`;

  return (
    <footer class="time" aria-label="Time">
      <div class="time-steps">
        <button
          type="button"
          aria-label="Back to the start of the round before"
          onClick={() => goTo(starts.findLast((start) => start < position) ?? 1)}
        >
          <span aria-hidden="true">⏮</span>
        </button>
        <button type="button" aria-label="One entry back" onClick={() => goTo(position - 1)}>
          <span aria-hidden="true">◀</span>
        </button>
        <button type="button" aria-label="One entry on" onClick={() => goTo(position + 1)}>
          <span aria-hidden="true">▶</span>
        </button>
        <button
          type="button"
          aria-label="On to the start of the next round"
          onClick={() => goTo(starts.find((start) => start > position) ?? newest.value)}
        >
          <span aria-hidden="true">⏭</span>
        </button>
      </div>
      <div class="time-line">
        <canvas ref={canvas} aria-hidden="true" />
        <input
          type="range"
          min={1}
          max={Math.max(1, newest.value)}
          value={position}
          aria-label="Moment in the journal"
          aria-valuetext={words}
          onInput={(event) => goTo(Number(event.currentTarget.value))}
        />
      </div>
      <div class="time-facts">
        <span class="time-words">
          {words}
          {picture.value.at > 0 && <time> · {timeWords(picture.value.at)}</time>}
        </span>
        <button
          type="button"
          class={`live live-${connection.value}`}
          aria-pressed={at.value === null}
          onClick={() => (at.value = null)}
        >
          <i aria-hidden="true" />
          {at.value === null || connection.value === 'lost' ? connectionWords[connection.value] : 'Go to live'}
        </button>
      </div>
    </footer>
  );
}
