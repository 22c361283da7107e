/** Evaluations as the table keeps them: planned as a whole, changed one by one, listed. What the scores are is the evaluation's. */
import { z } from 'zod';
import {
  type EvaluationDocument,
  type EvaluationFilter,
  type EvaluationRun,
  evaluationRunSchema,
  evaluationSchema,
  type PlannedEvaluation,
  plannedEvaluationSchema,
  type RunFilter,
} from '../../protocol/evaluation.ts';
import type { Cell, NativeDatabase } from '../database/native.ts';
import type { Write } from '../writing/write.ts';
import type { Writer } from '../writing/writer.ts';
import { type Listed, listRows } from './list-query.ts';

const flag = z
  .number()
  .nullable()
  .transform((value) => (value === null ? null : value === 1));

const shownRow = z.object({
  ...evaluationSchema.shape,
  readable: flag,
  shaped: flag,
  legal: flag,
});

const json = z.string().transform((text): unknown => JSON.parse(text));

const plannedRow = plannedEvaluationSchema.extend({
  ...shownRow.shape,
  schema: z.union([z.null(), json]).pipe(plannedEvaluationSchema.shape.schema),
  request: json.pipe(plannedEvaluationSchema.shape.request),
});

export interface EvaluationTable {
  /** All of a run or nothing. */
  plan(rows: readonly PlannedEvaluation[]): Promise<void>;
  /** A row that has ended stays as it is. */
  change(id: string, change: Partial<EvaluationDocument>): Promise<void>;
  /** Those that have not ended, with all that they need to go on. */
  open(): Promise<PlannedEvaluation[]>;
  get(id: string): Promise<PlannedEvaluation | null>;
  list(filter: EvaluationFilter): Promise<EvaluationDocument[]>;
  /** By the first answer of each that was planned. */
  runs(filter: RunFilter): Promise<EvaluationRun[]>;
  removeRun(run: string): Promise<void>;
}

const shownColumns = Object.keys(evaluationSchema.shape);
const columns = Object.keys(plannedRow.shape);
const runRow = evaluationRunSchema
  .omit({ state: true })
  .transform((row): EvaluationRun => ({ ...row, state: row.ended === row.answers ? 'complete' : 'running' }));

const open = "state in ('planned', 'asked', 'judged')";

/** Of each run only the first row is read; the rest are counted by indexes. */
const runsSql = (direction: 'asc' | 'desc') => `
  with runs as (
    select run, min(ordinal) as first, count(*) as answers from evaluation group by run
    order by first ${direction} limit ? offset ?
  )
  select runs.run, contest_id, judge_model, answers, created_at,
    answers - (select count(*) from evaluation as other where other.run = runs.run and other.${open}) as ended
  from runs join evaluation on ordinal = first order by first ${direction}`;

const listed: Listed = {
  table: 'evaluation',
  columns: shownColumns.map((column) => `"${column}"`).join(', '),
  orderedBy: ['ordinal'],
};

export function createEvaluationTable({ native, writer }: { native: NativeDatabase; writer: Writer }): EvaluationTable {
  const rowsWhere = (condition: string, ...cells: Cell[]) =>
    writer.read(() =>
      z
        .array(plannedRow)
        .parse(native.prepare(`select * from evaluation where ${condition} order by ordinal`).all(...cells)),
    );

  return {
    plan: (rows) => writer.write(...rows.map(inserted)),

    change: (id, change) => {
      const fields = Object.entries(change);
      const sql = `update evaluation set ${fields.map(([column]) => `"${column}" = ?`).join(', ')} where id = ? and ended_at is null`;
      return writer.write({ sql, cells: [...fields.map(([, value]) => cellOf(value)), id] });
    },

    open: () => rowsWhere(open),
    get: async (id) => (await rowsWhere('id = ?', id))[0] ?? null,

    list: ({ order, limit, offset, ...where }) =>
      writer.read(() => z.array(shownRow).parse(listRows(native, listed, { where, order, limit, offset }))),

    runs: ({ order = 'oldest', limit = 1_000, offset = 0 }) =>
      writer.read(() =>
        z.array(runRow).parse(native.prepare(runsSql(order === 'oldest' ? 'asc' : 'desc')).all(limit, offset)),
      ),

    removeRun: (run) => writer.write({ sql: 'delete from evaluation where run = ?', cells: [run] }),
  };
}

function inserted(row: PlannedEvaluation): Write {
  const places = columns.map(() => '?').join(', ');
  return {
    sql: `insert into evaluation (${columns.map((column) => `"${column}"`).join(', ')}) values (${places})`,
    cells: columns.map((column) => cellOf(row[column as keyof PlannedEvaluation])),
  };
}

function cellOf(value: unknown): Cell {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return value as Cell;
}
