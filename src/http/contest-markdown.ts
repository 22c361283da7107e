/** A contest as Markdown: how it stands, what it is played by, who plays, and each round as it was told. Rounds are counted from 1. */
import type { ActionTaken, ContestDocument, Feature, Player, RoundDocument } from '../protocol/contest.ts';
import { document, facts, inline, moment, quote, section, table } from './markdown.ts';

export function contestMarkdown(contest: ContestDocument): string {
  const { arena, current_round: round } = contest;
  const winner = contest.participants.find((seat) => seat.id === contest.winner_id);
  return document([
    `# ${inline(arena.name)}: contest ${contest.id}`,
    facts([
      ['State', contest.paused ? `${contest.state} (paused)` : contest.state],
      ['Round', round === null ? null : `${round + 1} of at most ${contest.max_rounds}`],
      ['Winner', winner?.name ?? (contest.end_reason === null ? null : 'nobody')],
      ['Ended by', contest.end_reason],
      ['Points that win', contest.winning_score],
      ['Seed', contest.seed],
      ['Started', moment(contest.start_time)],
      ['Ended', moment(contest.end_time)],
      ['Error', contest.error],
    ]),
    `## Arena (${arena.width} by ${arena.height} cells)`,
    quote(arena.description),
    ...section('### Rules', quote(arena.rules)),
    ...section('### Winning', quote(arena.winning_condition)),
    ...section('### Features', features(contest.rounds[0]?.start.features ?? arena.features)),
    '## Participants',
    table(
      ['Name', 'Role', 'State', 'Faults', 'Id'],
      contest.participants.map((seat) => [seat.name, seat.role, seat.state, seat.faults_count, seat.id]),
    ),
    ...contest.rounds.flatMap(roundMarkdown),
  ]);
}

function roundMarkdown(round: RoundDocument): string[] {
  const { players } = round;
  return [
    `## Round ${round.round_no + 1} (${round.state})`,
    // What a later round opens with stands at the end of the one before.
    ...(round.round_no === 0 ? [quote(round.narrative ?? '')] : []),
    table(
      ['Player', 'Position', 'Health', 'Score', 'Inventory', 'Action', 'Result'],
      players.map((player) => [
        player.name,
        player.position,
        player.health,
        player.score,
        player.inventory.join(', '),
        player.action && actionInWords(player.action),
        player.result && resultInWords(player.result),
      ]),
    ),
    quote(round.ending_narrative ?? ''),
    ...section('### Faults', faults(players)),
  ];
}

function actionInWords({ action, target }: ActionTaken): string {
  return target === null ? action : `${action} → ${target}`;
}

function resultInWords({ result, reason }: NonNullable<Player['result']>): string {
  return reason === null ? result : `${result} (${reason})`;
}

function faults(players: readonly Player[]): string {
  const rows = players.flatMap(({ name, faults }) =>
    faults.map(({ kind, whose, attempt, message }) => [name, kind, whose, attempt, message]),
  );
  return table(['Player', 'Fault', 'Whose', 'Attempt', 'Message'], rows);
}

export function features(list: readonly Feature[]): string {
  return table(
    ['Name', 'Position', 'Description', 'Origin', 'Id'],
    list.map(({ name, position, description, origin, id }) => [name, position, description, origin, id]),
  );
}
