/** Turns as files: a JSON object a line, comma-separated values (RFC 4180), Apache Parquet. What a turn is says `protocol/turns.ts`. */
import type { Turn, TurnFormat } from '../protocol/turns.ts';

interface TurnWriter {
  readonly type: string;
  write(turns: readonly Turn[]): Uint8Array | Promise<Uint8Array>;
}

export const turnWriters: Readonly<Record<TurnFormat, TurnWriter>> = {
  jsonl: {
    type: 'application/x-ndjson',
    write: (turns) => Buffer.from(turns.map((turn) => `${JSON.stringify(turn)}\n`).join('')),
  },
  csv: { type: 'text/csv; charset=utf-8', write: (turns) => Buffer.from(csvOf(turns)) },
  parquet: { type: 'application/vnd.apache.parquet', write: parquetOf },
};

/** How each column is kept; `JSON` is the JSON text of what is no single value. */
const columns = {
  contest_id: 'STRING',
  round_no: 'INT32',
  prompt_type: 'STRING',
  participant_id: 'STRING',
  participant_name: 'STRING',
  role: 'STRING',
  about: 'STRING',
  job_id: 'STRING',
  outcome: 'STRING',
  attempts: 'INT32',
  asked_at: 'TIMESTAMP',
  ended_at: 'TIMESTAMP',
  latency_ms: 'DOUBLE',
  position: 'INT32',
  view_version: 'INT32',
  view_hash: 'STRING',
  view: 'JSON',
  raw: 'STRING',
  answer: 'JSON',
  action: 'JSON',
  ruling: 'JSON',
  effects: 'JSON',
  message: 'STRING',
  model: 'STRING',
  input_tokens: 'DOUBLE',
  output_tokens: 'DOUBLE',
  cost_usd: 'DOUBLE',
  faults: 'JSON',
} as const satisfies Record<keyof Turn, string>;

const names = Object.keys(columns) as (keyof Turn)[];

function csvOf(turns: readonly Turn[]): string {
  const rows = turns.map((turn) => names.map((name) => csvCell(cellOf(turn, name))));
  return [names, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The value of a column, or its JSON text; null is nothing. */
function cellOf(turn: Turn, name: keyof Turn): string | number | null {
  const value = turn[name];
  if (value === null) return null;
  if (columns[name] === 'JSON') return JSON.stringify(value);
  return value as string | number;
}

async function parquetOf(turns: readonly Turn[]): Promise<Uint8Array> {
  // Loaded only here: few ask for it.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = names.map((name) => ({
    name,
    type: columns[name],
    nullable: true,
    data: turns.map((turn) => parquetValue(turn, name)),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function parquetValue(turn: Turn, name: keyof Turn): unknown {
  const value = turn[name];
  if (value === null || columns[name] !== 'TIMESTAMP') return value;
  return new Date(value as number);
}
