/** The contest as plain text that is only ever added to: for pipes, logs and terminals without control codes. */
import type { ContestDocument, Player, RoundDocument } from '../../protocol/contest.ts';
import { boardLines } from './board.ts';
import type { Palette } from './palette.ts';
import { symbolsFor } from './symbols.ts';
import { clean, wrap, wrapItems } from './text.ts';

const columns = 100;

/** The block of one round that is over: the grid, what each player did and what came of it, the story. */
export function roundReport(contest: ContestDocument, round: RoundDocument, palette: Palette): string[] {
  const symbols = symbolsFor(round.players, round.features);
  const { arena } = contest;
  const board = boardLines({ ...round, arena, symbols, palette, columns, lines: 22 });
  return [
    palette.bold(`── Round ${round.round_no + 1} ${'─'.repeat(40)}`),
    ...board,
    ...round.players.flatMap((player) => playerReport(player, symbols.player.get(player.id) ?? '?')),
    ...wrap(round.ending_narrative ?? '', columns),
    '',
  ];
}

/** What opens the report: the arena, the scene, and what the letters on the grid stand for. */
export function openingReport(contest: ContestDocument, palette: Palette): string[] {
  const scene = contest.rounds[0]?.narrative ?? contest.arena.description;
  const { feature } = symbolsFor(contest.rounds[0]?.players ?? [], contest.rounds[0]?.features ?? []);
  const legend = [...feature].map(([name, letter]) => `${letter} ${name}`);
  return [palette.bold(clean(contest.arena.name)), ...wrap(scene, columns), '', ...wrapItems(legend, columns), ''];
}

function playerReport(player: Player, letter: string): string[] {
  const action = player.action ? clean(player.action.action) : 'nothing';
  const target = player.action?.target ? ` → ${clean(player.action.target)}` : '';
  const result = player.result ? `: ${clean(player.result.result)}` : '';
  const faults = player.faults.map((fault) => `  ! ${fault.kind} (${fault.whose}): ${clean(fault.message)}`);
  const text = `${letter} ${clean(player.name)} [${player.score}] ${action}${target}${result}`;
  return [...wrap(text, columns - 2).map((line, index) => (index === 0 ? line : `  ${line}`)), ...faults];
}
