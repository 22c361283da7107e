/** The overview of all contests, read from the tables for people; what has changed since a cursor, the journal knows. */
import { z } from 'zod';
import { overviewRowSchema } from '../../protocol/overview.ts';
import type { NativeDatabase } from '../database/native.ts';
import { cursorAt } from '../journal/cursors.ts';
import type { Overview } from '../ports.ts';
import type { Writer } from '../writing/writer.ts';
import { type Projector, projectorCursor } from './projector.ts';

const flag = z.number().transform((value) => value === 1);
const list = z.string().transform((text): unknown => JSON.parse(text));

const rowsSchema = z.array(
  z
    .looseObject({
      deleted_at: z.number().nullable(),
      paused: flag,
      auto_advance: flag,
      seats: list.pipe(z.array(z.object({ id: z.string(), name: z.string(), role: z.string() }))),
      scores: list.pipe(z.array(z.object({ id: z.string(), score: z.number().nullable() }))),
    })
    .transform(({ deleted_at, seats, scores, ...row }) => ({
      isDeleted: deleted_at !== null,
      row: overviewRowSchema.parse({
        ...row,
        players: seats
          .filter(({ role }) => role === 'player')
          .map(({ id, name }) => ({ id, name, score: scores.find((one) => one.id === id)?.score ?? null })),
      }),
    })),
);

/** Players of a round stand below the key `<contest>/<round>/`; `0` is the character after the slash. */
const columns = `key as id, state, paused, arena_name as arena, current_round, max_rounds, winning_score, auto_advance,
  winner_id, end_reason, error, created_at, start_time, end_time, deleted_at,
  (select coalesce(json_group_array(json_object(
     'id', json_extract(value, '$.id'), 'name', json_extract(value, '$.name'), 'role', json_extract(value, '$.role')
   )), '[]') from json_each(contest.participants)) as seats,
  (select coalesce(json_group_array(json_object('id', participant_id, 'score', score)), '[]') from player_state
   where key > contest.key || '/' || contest.current_round || '/'
     and key < contest.key || '/' || contest.current_round || '0') as scores`;
const everyContest = 'deleted_at is null';
const changedContests = `key in (
  select distinct substr(root, length('contest/') + 1) from entry where "offset" > ? and root like 'contest/%')`;

export function createOverviewTable(options: {
  native: NativeDatabase;
  writer: Writer;
  projector: Projector;
}): Overview {
  const { native, writer, projector } = options;
  return {
    async changedAfter(cursor) {
      await projector.waitFor();
      // The cursor is that of the tables, read with them: the journal may be ahead, and what they do not show yet must be told later.
      const { rows, newest } = await writer.read(() => ({
        newest: cursorAt(native, projectorCursor) ?? 0,
        rows: native
          .prepare(
            `select ${columns} from contest where ${cursor === 0 ? everyContest : changedContests} order by created_at desc, key desc`,
          )
          .all(...(cursor === 0 ? [] : [cursor])),
      }));
      const contests = rowsSchema.parse(rows);
      return {
        cursor: newest,
        contests: contests.filter(({ isDeleted }) => !isDeleted).map(({ row }) => row),
        removed: contests.filter(({ isDeleted }) => isDeleted).map(({ row }) => row.id),
      };
    },
  };
}
