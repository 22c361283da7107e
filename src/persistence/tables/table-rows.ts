/** Contests, jobs and generations as rows of the tables for people, read into the words in which they are shown. */
import { z } from 'zod';
import { faultSchema } from '../../protocol/contest.ts';
import { generationUsageSchema } from '../../protocol/generate-jobs.ts';
import { jsonSchema } from '../../protocol/json.ts';
import { usageSchema } from '../../protocol/messages.ts';

const text = z.string().nullable();
const whole = z.number().int().nullable();
const flag = z
  .number()
  .nullable()
  .transform((value) => value === 1);

/** A column that holds JSON as text. */
function json<Schema extends z.ZodType>(schema: Schema) {
  return text.transform((value): unknown => (value === null ? null : JSON.parse(value))).pipe(schema);
}

export const contestRowSchema = z
  .object({
    key: z.string(),
    state: z.string(),
    paused: flag,
    arena_id: text,
    arena_name: text,
    arena: json(jsonSchema),
    participants: json(
      z
        .array(z.looseObject({ id: z.string() }))
        .nullable()
        .transform((list) => list ?? []),
    ),
    auto_advance: flag,
    max_rounds: whole,
    winning_score: whole,
    seed: whole,
    current_round: whole,
    winner_id: text,
    end_reason: text,
    start_time: whole,
    end_time: whole,
    error: text,
    position: whole,
    seats: json(z.array(z.looseObject({ id: z.string() }))),
    created_at: whole,
  })
  .transform(({ key, position, seats, participants, ...contest }) => ({
    id: key,
    ...contest,
    participants: participants.map((one) =>
      seatShown(
        one,
        seats.find((seat) => seat.id === one.id),
      ),
    ),
    position: position ?? 0,
  }));
export type ContestRow = z.output<typeof contestRowSchema>;

/** What the contest knows of a seat and what the seat knows of itself; how fast it is, the contest knows better once it plays. */
function seatShown<Known extends { id: string; last_latency_ms?: unknown }>(known: Known, seat: Known | undefined) {
  return { ...known, ...seat, last_latency_ms: known.last_latency_ms ?? seat?.last_latency_ms ?? null };
}

export const jobRowSchema = z
  .object({
    key: z.string(),
    root: text,
    stream: text,
    parent_id: text,
    contest_id: text,
    round_no: whole,
    type: text,
    state: text,
    participant_id: text,
    prompt_type: text,
    method: text,
    url: text,
    channel: text,
    attempts: whole,
    faults: json(
      z
        .array(faultSchema)
        .nullable()
        .transform((list) => list ?? []),
    ),
    message: text,
    data: json(jsonSchema),
    request_data: json(jsonSchema),
    child_data: json(z.array(jsonSchema).nullable()),
    usage: json(usageSchema.nullable()),
    latency_ms: whole,
    created_at: whole,
    ended_at: whole,
  })
  .transform(({ key, ...job }) => ({ job_id: key, ...job }));
export type JobRow = z.output<typeof jobRowSchema>;

/** A generation as one more job of the list: below the job that it answers. */
export const generationRowSchema = z
  .object({
    key: z.string(),
    job_id: text,
    contest_id: text,
    state: text,
    participant_id: text,
    prompt_type: text,
    tries: whole,
    message: text,
    usage: json(generationUsageSchema.nullable()),
    latency_ms: whole,
    started_at: whole,
    finished_at: whole,
  })
  .transform(({ key, job_id, tries, usage, started_at, finished_at, ...generation }) => ({
    ...generation,
    // A price that is not known is left out, as agents leave it out.
    usage: usage && { ...usage, cost_usd: usage.cost_usd ?? undefined },
    job_id: key,
    type: 'generate',
    parent_id: job_id,
    method: null,
    url: null,
    channel: null,
    attempts: tries,
    created_at: started_at,
    ended_at: finished_at,
  }));
export type GenerationRow = z.output<typeof generationRowSchema>;
