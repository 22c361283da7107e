/** The picture of `arena top`: every contest on a line, those that are at work first, and how jobs and agents are doing. */
import type { OverviewRow } from '../../protocol/overview.ts';
import { isContestAtRest, isContestEnd } from '../../protocol/states.ts';
import type { Palette } from './palette.ts';
import { clean, cut, padEnd, widthOf } from './text.ts';

/** What agents were asked and how they did, for one prompt type or the health check. */
export interface AgentFigures {
  readonly asked: string;
  readonly answers: number;
  readonly mean_latency_ms: number | null;
  readonly faults: number;
}

export interface TopPicture {
  readonly contests: readonly OverviewRow[];
  /** Whom each contest that is at work waits for, by its id. */
  readonly waiting_for: Readonly<Record<string, readonly string[]>>;
  /** Jobs that are not final, by state. */
  readonly jobs: Readonly<Record<string, number>>;
  /** Requests to agents that are open, calls to hosts in flight, and calls that wait for their turn. */
  readonly calls: { readonly requests_open: number; readonly in_flight: number; readonly waiting: number };
  readonly agents: readonly AgentFigures[];
}

export interface TopSize {
  readonly columns: number;
  readonly lines: number;
  readonly palette: Palette;
}

/** At most as many lines as there are: what does not fit is counted. */
export function topLines(picture: TopPicture, { columns, lines, palette }: TopSize): string[] {
  const head = [contestsLine(picture, palette), jobsLine(picture, palette), ''];
  const agents = agentLines(picture, columns, palette);
  const room = Math.max(1, lines - head.length - agents.length - 2);
  const rows = contestsInOrder(picture.contests);
  const shown = rows.length > room ? rows.slice(0, Math.max(0, room - 1)) : rows;
  const more = rows.length - shown.length;
  return [
    ...head,
    ...(rows.length === 0 ? [palette.dim('There is no contest yet.')] : [headings(columns, palette)]),
    ...shown.map((row) => contestLine(row, picture.waiting_for[row.id] ?? [], columns, palette)),
    ...(more > 0 ? [palette.dim(`… and ${more} more`)] : []),
    '',
    ...agents,
  ].slice(0, lines);
}

/** Those at work first, then what waits for a person, then what has ended; the newest first. */
export function contestsInOrder(contests: readonly OverviewRow[]): OverviewRow[] {
  const rank = (row: OverviewRow) =>
    isAtWork(row) ? 0 : row.state === 'fail' || row.paused ? 1 : isContestEnd(row.state) ? 3 : 2;
  return [...contests].sort((a, b) => rank(a) - rank(b) || b.created_at - a.created_at);
}

/** Whether it moves by itself now. */
export function isAtWork({ state, paused }: OverviewRow): boolean {
  return !isContestAtRest(state) && !paused;
}

function contestsLine({ contests }: TopPicture, palette: Palette): string {
  const counts = new Map<string, number>();
  for (const { state } of contests) counts.set(state, (counts.get(state) ?? 0) + 1);
  const told = [...counts].map(([state, count]) => `${count} ${state}`).join(' · ');
  return `${palette.bold(`${contests.length} contests`)}${told === '' ? '' : `  ${told}`}`;
}

function jobsLine({ jobs, calls }: TopPicture, palette: Palette): string {
  const open = Object.values(jobs).reduce((sum, count) => sum + count, 0);
  const told = Object.entries(jobs).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  const facts = [
    ...told,
    `${calls.requests_open} open requests to agents`,
    `${calls.in_flight} calls in flight`,
    `${calls.waiting} waiting`,
  ];
  return `${palette.bold(`${open} jobs`)}  ${facts.join(' · ')}`;
}

/** Narrow columns are fixed; the arena and the standing share the rest. */
const widths = { state: 13, round: 8 } as const;

function headings(columns: number, palette: Palette): string {
  return palette.dim(tableRow(['state', 'round', 'contest', 'arena', 'standing, and who is waited for'], columns));
}

function contestLine(row: OverviewRow, waitingFor: readonly string[], columns: number, palette: Palette): string {
  const round = row.current_round === null ? '' : `${row.current_round + 1}/${row.max_rounds}`;
  const cells = [row.paused ? `${row.state} ‖` : row.state, round, row.id, clean(row.arena), tellings(row, waitingFor)];
  const line = tableRow(cells, columns);
  if (row.state === 'fail') return palette.bad(line);
  return isAtWork(row) ? line : palette.dim(line);
}

function tellings({ players, winner_id, error, state }: OverviewRow, waitingFor: readonly string[]): string {
  const standing = [...players]
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0))
    .map(({ id, name, score }) => `${id === winner_id ? '★ ' : ''}${clean(name)} ${score ?? '–'}`)
    .join(', ');
  if (state === 'fail' && error) return `${standing} — ${clean(error)}`;
  return waitingFor.length === 0 ? standing : `${standing} — waits for ${waitingFor.map(clean).join(', ')}`;
}

function tableRow(
  [state = '', round = '', id = '', arena = '', rest = '']: readonly string[],
  columns: number,
): string {
  const left = columns - widths.state - widths.round - 4;
  // An id is there to be copied: it is cut last.
  const idWidth = Math.min(28, Math.floor(left * 0.4));
  const arenaWidth = Math.min(20, Math.floor(left / 5));
  const cells = [
    cell(state, widths.state),
    cell(round, widths.round),
    cell(id, idWidth),
    cell(arena, arenaWidth),
    cut(rest, Math.max(1, left - idWidth - arenaWidth)),
  ];
  return cells.join(' ').trimEnd();
}

function cell(text: string, width: number): string {
  return padEnd(cut(text, width), width);
}

function agentLines({ agents }: TopPicture, columns: number, palette: Palette): string[] {
  if (agents.length === 0) return [];
  const name = Math.max(...agents.map(({ asked }) => widthOf(asked)));
  const told = agents.map(({ asked, answers, mean_latency_ms: mean, faults }) => {
    const facts = `${String(answers).padStart(8)} answers  ${mean === null ? '' : `${Math.round(mean)} ms on average`}`;
    const line = cut(
      `${padEnd(asked, name)}${facts}${faults > 0 ? `  ${faults} fault${faults === 1 ? '' : 's'}` : ''}`,
      columns,
    );
    return faults > 0 ? palette.feature(line) : line;
  });
  return [palette.dim('agents, since the start of the arena'), ...told];
}
