/** Scores over the rounds as a chart, health below it as a strip, and both as a table for those who read it. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { usePanel } from '../panel.ts';
import type { OpenContest } from '../story/open-contest.ts';
import type { Picture } from '../story/picture.ts';

interface Course {
  readonly id: string;
  readonly name: string;
  readonly scores: readonly number[];
  readonly health: readonly string[];
}

/** All that was played so far, whatever moment is looked at: that one is marked. */
export function Progress({ contest }: { contest: OpenContest }) {
  const isTable = useSignal(false);
  const picture = contest.last.value;
  const rounds = picture.rounds.map(({ number }) => number + 1);
  const courses = coursesOf(picture);
  if (courses.length === 0 || rounds.length === 0) return <p class="quiet">The first round draws the first point.</p>;
  return (
    <>
      <div class="progress-head">
        <h2>Scores and health</h2>
        <button
          type="button"
          class="plain"
          aria-pressed={isTable.value}
          onClick={() => (isTable.value = !isTable.value)}
        >
          {isTable.value ? 'As a chart' : 'As a table'}
        </button>
      </div>
      {isTable.value ? (
        <CourseTable rounds={rounds} courses={courses} />
      ) : (
        <>
          <div class="chart-place">
            <ScoreChart rounds={rounds} courses={courses} />
            <Moment contest={contest} />
          </div>
          <HealthStrip rounds={rounds} courses={courses} />
        </>
      )}
    </>
  );
}

function coursesOf(picture: Picture): Course[] {
  const seats = picture.contest?.seats.filter(({ role }) => role === 'player') ?? [];
  return seats.map(({ id, name }) => {
    const stood = picture.rounds.map((round) => round.world.players.find((player) => player.id === id));
    return {
      id,
      name,
      scores: stood.map((player) => player?.score ?? 0),
      health: stood.map((player) => player?.health ?? ''),
    };
  });
}

interface CourseProperties {
  rounds: readonly number[];
  courses: readonly Course[];
}

const chartHeight = 170;
const axisWidth = 44;
const marginRight = 12;

/** A line at the round of the moment that is looked at. */
function Moment({ contest }: { contest: OpenContest }) {
  const all = useComputed(() => contest.last.value.rounds.length);
  const here = useComputed(() => contest.picture.value.rounds.length);
  const isBlank = useComputed(() => contest.isLive.value || here.value === 0 || all.value < 2);
  const style = useComputed(() => {
    const share = (here.value - 1) / (all.value - 1);
    return `left: calc(${axisWidth}px + ${share} * (100% - ${axisWidth + marginRight}px))`;
  });
  if (isBlank.value) return null;
  return <i class="chart-moment" style={style} />;
}

function ScoreChart({ rounds, courses }: CourseProperties) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const palette = usePanel().theme.palette.value;
  const shape = courses.map(({ id }) => id).join();
  const data: uPlot.AlignedData = [[...rounds], ...courses.map(({ scores }) => [...scores])];

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const axis = {
      stroke: palette.soft,
      grid: { stroke: palette.line, width: 1 },
      ticks: { show: false },
      font: `11px ${palette.font}`,
    };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: chartHeight,
        padding: [8, marginRight, 0, 0],
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { x: { time: false, range: spanOfRounds } },
        axes: [
          { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
          { ...axis, size: axisWidth },
        ],
        series: [
          {},
          ...courses.map((course, index) => ({
            label: course.name,
            stroke: palette.seats[index % palette.seats.length],
            width: 2,
            points: { show: (chart: uPlot) => chart.data[0].length < 30, size: 5 },
            paths: uPlot.paths.linear?.(),
          })),
        ],
      },
      data,
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: chartHeight }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [shape, palette]);

  useEffect(() => chart.current?.setData(data));

  const words = courses.map(({ name, scores }) => `${name} ${scores.at(-1) ?? 0}`).join(', ');
  return <div class="chart" ref={place} role="img" aria-label={`Scores up to round ${rounds.at(-1)}: ${words}`} />;
}

/** One round alone stands at the left, with room for the next. */
function spanOfRounds(chart: uPlot): uPlot.Range.MinMax {
  const rounds = chart.data[0];
  const first = rounds[0] ?? 1;
  return [first, Math.max(rounds.at(-1) ?? first, first + 1)];
}

function HealthStrip({ rounds, courses }: CourseProperties) {
  const shades = useComputed(() => new Map<string, number>());
  const shadeOf = (health: string) => {
    const known = shades.value.get(health);
    if (known !== undefined) return known;
    shades.value.set(health, shades.value.size % 5);
    return shades.value.get(health) ?? 0;
  };
  return (
    <div
      class="health"
      role="img"
      aria-label={courses.map(({ name, health }) => `${name} is ${health.at(-1)}`).join(', ')}
    >
      {courses.map((course, index) => (
        <div key={course.id} class={`health-row seat-${index % 8}`}>
          <span class="health-name">{course.name}</span>
          <span class="health-cells">
            {spansOf(course.health).map(({ value, from, length }) => (
              <i
                key={from}
                class={`shade-${shadeOf(value)}`}
                style={{ flexGrow: length }}
                title={`${value}, from round ${rounds[from]}`}
              >
                {length / rounds.length > 0.08 ? value : ''}
              </i>
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

/** Rounds in a row with the same value. */
function spansOf(values: readonly string[]): { value: string; from: number; length: number }[] {
  const spans: { value: string; from: number; length: number }[] = [];
  values.forEach((value, index) => {
    const last = spans.at(-1);
    if (last?.value === value) last.length += 1;
    else spans.push({ value, from: index, length: 1 });
  });
  return spans;
}

function CourseTable({ rounds, courses }: CourseProperties) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Scores and health by round">
      <table>
        <thead>
          <tr>
            <th scope="col">Round</th>
            {courses.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rounds.map((round, index) => (
            <tr key={round}>
              <th scope="row">{round}</th>
              {courses.map(({ id, scores, health }) => (
                <td key={id}>
                  {scores[index]} · {health[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
