/**
 * The live view: one frame of text for a contest as it stands. A pure function of the document; who draws it, how often and
 * where is the business of its callers and of `screen.ts`.
 */
import type { ContestDocument, Feature, Player, RoundDocument } from '../../protocol/contest.ts';
import type { RoundStateName } from '../../protocol/states.ts';
import { boardLines } from './board.ts';
import type { Palette } from './palette.ts';
import { resultLines } from './result.ts';
import { type Symbols, symbolsFor } from './symbols.ts';
import { clean, cut, padEnd, widthOf, wrap, wrapItems } from './text.ts';
import { currentRound, waitingFor } from './waiting.ts';

export interface FrameOptions {
  readonly columns: number;
  readonly lines: number;
  readonly palette: Palette;
  /** Whom the contest waits for, where that is known; else it is read off the document. */
  readonly waiting?: readonly string[];
}

/** Lines that are longer are hard to read. */
export const columnsMax = 120;

const sideWidth = 40;
const barWidth = 12;

/** The steps of a round that are shown as dots, in order, and what each is called. */
const steps: readonly (readonly [state: RoundStateName, name: string])[] = [
  ['round_prompting', 'asking the players'],
  ['awaiting_actions', 'the players decide'],
  ['judging_actions', 'the judge rules'],
  ['applying_effects', 'the judge applies the effects'],
  ['describing_results', 'the announcer tells the story'],
  ['presenting_results', 'the round is told'],
];

const phases: Partial<Record<ContestDocument['state'], string>> = {
  created: 'not started yet',
  starting: 'starting',
  role_call: 'calling everyone',
  setup_arena: 'setting up the arena',
  create_round: 'making the next round',
  in_round: 'between two steps of the round',
  check_end: 'looking for a winner',
  complete: 'over',
  cancelled: 'cancelled',
};

export function frameLines(contest: ContestDocument, options: FrameOptions): string[] {
  const { palette, columns } = options;
  const round = currentRound(contest);
  const features = round?.features.length ? round.features : contest.arena.features;
  const players = round?.players ?? [];
  const symbols = symbolsFor(players, features);

  const beside = columns >= sideWidth + 30;
  const boardColumns = beside ? columns - sideWidth - 3 : columns;
  const boardHeight = Math.max(5, Math.min(contest.arena.height + 2, Math.floor(options.lines * 0.5)));
  const board = boardLines({
    arena: contest.arena,
    features,
    players,
    symbols,
    palette,
    columns: boardColumns,
    lines: boardHeight,
  });
  const width = beside ? sideWidth : columns;
  const side = fitted(sideLines(contest, round, features, symbols, palette, width), options.lines - 9);
  const middle = beside ? besideEachOther(board, side) : [...board, '', ...side];

  const ended = resultLines(contest, palette, columns);
  const head = headLines(contest, round, options);
  const room = options.lines - head.length - middle.length - ended.length - 3;
  const story = storyLines(contest, columns, Math.max(3, room));
  const end = ended.length === 0 ? [] : ['', ...ended];
  return [...head, '', ...middle, '', ...story, ...end].slice(0, options.lines);
}

function headLines(
  contest: ContestDocument,
  round: RoundDocument | undefined,
  { palette, columns, waiting = waitingFor(contest) }: FrameOptions,
): string[] {
  const count = round ? `round ${round.round_no + 1} of at most ${contest.max_rounds}` : '';
  const name = cut(clean(contest.arena.name), columns - count.length - 2);
  const gap = ' '.repeat(Math.max(2, columns - widthOf(name) - count.length));
  return [`${palette.bold(name)}${gap}${palette.dim(count)}`, progressLine(contest, round, waiting, palette, columns)];
}

function progressLine(
  contest: ContestDocument,
  round: RoundDocument | undefined,
  waiting: readonly string[],
  palette: Palette,
  columns: number,
): string {
  if (contest.paused) return palette.bold('paused');
  if (contest.state === 'fail') {
    return palette.bad(cut(`failed: ${clean(contest.error ?? 'no reason was given')}`, columns));
  }
  const at = round && contest.state === 'in_round' ? steps.findIndex(([state]) => state === round.state) : -1;
  const step = at < 0 ? (phases[contest.state] ?? contest.state) : ` ${steps[at]?.[1]}`;
  const dots = at < 0 ? '' : steps.map((_, i) => (i <= at ? palette.good('●') : palette.dim('○'))).join('');
  const text = waiting.length === 0 ? '' : ` · waiting for ${waiting.map(clean).join(', ')}`;
  return `${dots}${step}${palette.dim(cut(text, columns - widthOf(dots) - step.length))}`;
}

function sideLines(
  contest: ContestDocument,
  round: RoundDocument | undefined,
  features: readonly Feature[],
  symbols: Symbols,
  palette: Palette,
  width: number,
): string[] {
  const players = round?.players ?? [];
  const top = Math.max(contest.winning_score, ...players.map((player) => player.score), 1);
  return [
    ...players.flatMap((player, index) =>
      playerLines(player, index, { contest, features, symbols, palette, width, top }),
    ),
    ...legendLines(features, symbols, palette, width),
    ...faultLines(round, palette, width),
  ];
}

interface PlayerContext {
  contest: ContestDocument;
  features: readonly Feature[];
  symbols: Symbols;
  palette: Palette;
  width: number;
  top: number;
}

function playerLines(player: Player, index: number, context: PlayerContext): string[] {
  const { contest, features, symbols, palette, width, top } = context;
  const out = contest.participants.find((seat) => seat.id === player.id)?.state === 'out';
  const filled = Math.max(0, Math.min(barWidth, Math.round((player.score / top) * barWidth)));
  const bar = palette.player(index)('█'.repeat(filled)) + palette.dim('░'.repeat(barWidth - filled));
  const name = padEnd(cut(clean(player.name), 12), 12);
  const carried = features
    .filter((feature) => feature.position === `player:${player.id}`)
    .map((feature) => feature.name);
  const held = new Set([...carried, ...player.inventory].map(clean));
  const state = [out ? 'out' : clean(player.health), ...held].filter((text) => text !== '');
  const letter = palette.player(index)(symbols.player.get(player.id) ?? '?');
  return [
    `${letter} ${palette.bold(name)} ${bar} ${player.score}`,
    palette.dim(cut(`  ${state.join(', ')}`, width)),
    ...actionLines(player, palette, width),
  ];
}

function actionLines(player: Player, palette: Palette, width: number): string[] {
  // As many lines before the answer as after it, so that the picture stands still.
  if (!player.action) return ['', ''];
  const target = player.action.target === null ? '' : ` → ${clean(player.action.target)}`;
  const action = cut(`  ${clean(player.action.action)}${target}`, width);
  if (!player.result) return [action, ''];
  return [action, palette.dim(cut(`  ${clean(player.result.result)}`, width))];
}

function legendLines(features: readonly Feature[], symbols: Symbols, palette: Palette, width: number): string[] {
  const standing = new Set(
    features.filter((feature) => !feature.position.startsWith('player:')).map((one) => one.name),
  );
  const entries = [...standing].map((name) => `${symbols.feature.get(name)} ${name}`);
  return entries.length === 0 ? [] : ['', ...wrapItems(entries, width).slice(0, 4).map(palette.feature)];
}

function faultLines(round: RoundDocument | undefined, palette: Palette, width: number): string[] {
  const faults = (round?.players ?? []).flatMap((player) =>
    player.faults.map((fault) => `! ${clean(player.name)}: ${fault.kind} (${fault.whose}) ${clean(fault.message)}`),
  );
  return faults.slice(-3).map((text) => palette.bad(cut(text, width)));
}

/** As many lines as there is room for, the last saying how many more there are. */
function fitted(lines: readonly string[], room: number): string[] {
  if (lines.length <= room) return [...lines];
  const shown = Math.max(0, room - 1);
  return [...lines.slice(0, shown), `… and ${lines.length - shown} more lines`];
}

/** The newest of the story: as many whole texts as there is room for, at least the end of the last. */
function storyLines(contest: ContestDocument, columns: number, room: number): string[] {
  const rounds = contest.rounds.slice(-3);
  // A round opens with the words that the one before it ended with: they are told once.
  const texts = [rounds[0]?.narrative ?? '', ...rounds.map((round) => round.ending_narrative ?? '')];
  const blocks = texts.filter((text) => text.trim() !== '').map((text) => wrap(text, columns));
  let lines: string[] = [];
  for (const block of blocks.reverse()) {
    const longer = lines.length === 0 ? block : [...block, '', ...lines];
    if (lines.length > 0 && longer.length > room) break;
    lines = longer;
  }
  return lines.slice(-room);
}

function besideEachOther(left: readonly string[], right: readonly string[]): string[] {
  const width = Math.max(...left.map(widthOf)) + 3;
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    `${padEnd(left[index] ?? '', width)}${right[index] ?? ''}`.trimEnd(),
  );
}
