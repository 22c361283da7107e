/** Contests and catalogue rows as Markdown, for people. Text of others is quoted so that it cannot pass for ours. */
import type { ContestDocument, RoundDocument } from '../protocol/contest.ts';
import type { CatalogueDocument } from './ports.ts';

export function contestMarkdown(contest: ContestDocument): string {
  const winner = contest.participants.find((seat) => seat.id === contest.winner_id);
  return document([
    `# ${inline(contest.arena.name)}: contest ${contest.id}`,
    table(
      ['', ''],
      [
        ['State', contest.paused ? `${contest.state} (paused)` : contest.state],
        ['Round', contest.current_round === null ? '–' : `${contest.current_round} (of ${contest.max_rounds} at most)`],
        ['Winner', winner?.name ?? (contest.end_reason === null ? '–' : 'nobody')],
        ['Ended by', contest.end_reason ?? '–'],
        ['Seed', String(contest.seed)],
        ...(contest.error === null ? [] : [['Error', contest.error]]),
      ],
    ),
    '## Arena',
    quote(contest.arena.description),
    `**Rules.** ${inline(contest.arena.rules)}`,
    `**Winning.** ${inline(contest.arena.winning_condition)}`,
    '## Participants',
    table(
      ['Name', 'Role', 'State', 'Faults', 'Id'],
      contest.participants.map((seat) => [seat.name, seat.role, seat.state, String(seat.faults_count), seat.id]),
    ),
    ...contest.rounds.flatMap(roundMarkdown),
  ]);
}

function roundMarkdown(round: RoundDocument): string[] {
  return [
    `## Round ${round.round_no} (${round.state})`,
    quote(round.narrative ?? ''),
    table(
      ['Player', 'Position', 'Health', 'Score', 'Inventory', 'Action', 'Result'],
      round.players.map((player) => [
        player.name,
        player.position,
        player.health,
        String(player.score),
        player.inventory.join(', '),
        player.action?.action ?? '–',
        player.result?.result ?? '–',
      ]),
    ),
    quote(round.ending_narrative ?? ''),
  ];
}

/** A row of the catalogue: its short fields as a table, its texts as quotes, its lists as JSON. */
export function catalogueMarkdown(model: string, row: CatalogueDocument): string {
  const fields = Object.entries(row).filter(([field, value]) => field !== 'name' && value !== null);
  const [short, long] = [fields.filter(([, value]) => isShort(value)), fields.filter(([, value]) => !isShort(value))];
  return document([
    `# ${inline(String(row.name ?? row.id))} (${model})`,
    table(
      ['Field', 'Value'],
      short.map(([field, value]) => [field, String(value)]),
    ),
    ...long.flatMap(([field, value]) => [
      `## ${field}`,
      typeof value === 'string' ? quote(value) : indented(JSON.stringify(value, null, 2)),
    ]),
  ]);
}

function isShort(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= 80 && !value.includes('\n') : typeof value !== 'object';
}

export function document(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => inline(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}

/** On one line, with no markup and no HTML of its own. */
export function inline(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]#]/g, '\\$&')
    .replaceAll('<', '&lt;');
}

function quote(text: string): string {
  if (text.trim() === '') return '';
  return text
    .replaceAll('<', '&lt;')
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

export function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
