/** How a contest ended, and where everyone stands, for people. */
import type { ContestDocument } from '../../protocol/contest.ts';
import { isContestEnd } from '../../protocol/states.ts';
import type { Palette } from './palette.ts';
import { clean, padEnd, widthOf, wrap } from './text.ts';
import { currentRound } from './waiting.ts';

/** Nothing while the contest goes on. What is not drawn on a terminal is broken nowhere, so that it can be searched. */
export function resultLines(
  contest: ContestDocument,
  palette: Palette,
  columns: number = Number.POSITIVE_INFINITY,
): string[] {
  if (!isContestEnd(contest.state)) return [];
  return [...wrap(outcome(contest), columns).map(palette.bold), ...standingLines(contest, palette)];
}

function outcome(contest: ContestDocument): string {
  if (contest.state === 'fail') return `The contest failed: ${clean(contest.error ?? 'no reason was given')}`;
  if (contest.state === 'cancelled') return 'The contest was cancelled.';
  const winner = contest.participants.find((seat) => seat.id === contest.winner_id);
  const how = reasons[contest.end_reason ?? 'draw'];
  const rounds = `after ${contest.rounds.length} round${contest.rounds.length === 1 ? '' : 's'}`;
  return winner ? `★ ${clean(winner.name)} wins ${rounds}: ${how}.` : `A draw ${rounds}: ${how}.`;
}

const reasons: Readonly<Record<NonNullable<ContestDocument['end_reason']>, string>> = {
  winner_named: 'the judge named the winner',
  score: 'the winning score was reached',
  max_rounds: 'the last round was played',
  no_players: 'no player was left',
  draw: 'nobody was ahead',
};

function standingLines(contest: ContestDocument, palette: Palette): string[] {
  const players = [...(currentRound(contest)?.players ?? [])].sort((a, b) => b.score - a.score);
  const width = Math.max(0, ...players.map((player) => widthOf(clean(player.name))));
  return players.map((player) => {
    const place = players.findIndex((other) => other.score === player.score) + 1;
    const name = padEnd(clean(player.name), width);
    const line = `  ${place}. ${name}  ${player.score}`;
    return player.id === contest.winner_id ? palette.good(line) : line;
  });
}
