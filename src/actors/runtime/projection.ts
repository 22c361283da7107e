/**
 * The port between the machines and the tables for people: which rows a machine's state is shown as. The functions are
 * pure, so that a rebuild from the journal gives the same rows.
 */
import type { Entry } from './journal.ts';

export const tableNames = [
  'contest',
  'seat',
  'round',
  'contest_feature',
  'player_state',
  'player_action',
  'judge_result',
  'round_stats',
  'job',
  'generatejob',
] as const;
export type TableName = (typeof tableNames)[number];

/** One row: its table, the value of its primary key (column `key`), and its other columns. */
export interface Row {
  readonly table: TableName;
  readonly key: string;
  readonly columns: Readonly<Record<string, string | number | null>>;
  /** It is to be taken away, if it is there. */
  readonly gone?: true;
}

export interface StreamState {
  readonly stream: string;
  readonly kind: string;
  readonly seq: number;
  readonly state: unknown;
}

export interface Projection {
  /** The rows of one machine's state. Rows of a state replace those of the same keys; one that has to go is named. */
  rowsOf(stream: StreamState): readonly Row[];
  /** The states of all streams after these entries of one root, which start at position 1. */
  fold(entries: readonly Entry[]): readonly StreamState[];
}
