/**
 * One evaluation from plan to end: the model is asked, its answer scored, and marked by the judge model. Each step is kept before the
 * next, so that a run goes on where it was when the process ended.
 */
import type { Clock } from '../../actors/runtime/ports.ts';
import { ArenaError, messageOf } from '../../protocol/errors.ts';
import type { EvaluationDocument, PlannedEvaluation } from '../../protocol/evaluation.ts';
import type { GenerateJobDocument } from '../../protocol/generate-jobs.ts';
import { derivedId } from '../../protocol/ids.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import type { AskGeneration, Generations } from '../generations.ts';
import type { Prompts } from '../prompts/prompts.ts';
import type { EvaluationRows } from './evaluations.ts';
import { markingValues, markJsonSchema, readMark } from './marking.ts';
import { type Score, scoreOf } from './scoring.ts';

export interface EvaluationAnsweringOptions {
  readonly rows: EvaluationRows;
  readonly generations: Pick<Generations, 'ask' | 'get'>;
  readonly prompts: Pick<Prompts, 'marking'>;
  readonly clock: Clock;
  /** When it is aborted, what is under way is left as it is. */
  readonly signal: AbortSignal;
}

type Change = Partial<EvaluationDocument>;

const lookMs = 30_000;

export function createEvaluationAnswering(options: EvaluationAnsweringOptions) {
  const { rows, generations, prompts, clock, signal } = options;

  async function ended(id: string): Promise<GenerateJobDocument | null> {
    while (!signal.aborted) {
      const generation = await generations.get(id, { waitMs: lookMs, signal });
      if (generation.finished_at !== null) return generation;
    }
    return null;
  }

  /** The generation that a row has begun, or a new one, kept as `state`; null when the process is about to end. */
  async function asked(
    row: PlannedEvaluation,
    of: 'generation_id' | 'judge_generation_id',
    question: AskGeneration,
  ): Promise<GenerateJobDocument | null> {
    // It follows from the row's, so that it is the same when the process ends before it is noted.
    const id = derivedId(row.id, of);
    if (row[of] === null) {
      await generations.ask({ ...question, id });
      await rows.change(row.id, { [of]: id, state: of === 'generation_id' ? 'asked' : 'judged' });
    }
    return ended(id);
  }

  async function judged(row: PlannedEvaluation, scored: PlannedEvaluation, model: string): Promise<Change | null> {
    const prompt = prompts.marking(markingValues(row.prompt, scored));
    const judgement = await asked(row, 'judge_generation_id', { model, prompt, schema: markJsonSchema });
    if (judgement === null) return null;
    const mark = judgement.state === 'complete' ? readMark(judgement.generated ?? '') : null;
    if (mark === null) {
      const why = judgement.state === 'complete' ? 'there is no mark in its answer' : judgement.message;
      return { message: `the judge model gave no mark: ${why}` };
    }
    const reasons = [scored.reason, mark.reason].filter((reason) => reason !== null);
    return { mark: mark.mark, legal: scored.legal ?? mark.legal, reason: reasons.join('\n') };
  }

  async function steps(row: PlannedEvaluation): Promise<void> {
    const { model, system, prompt, schema } = row;
    const answer = await asked(row, 'generation_id', { model, system, prompt, schema });
    if (answer === null) return;
    const shown = answerOf(answer);
    if (answer.state !== 'complete' || answer.generated === null) {
      await rows.change(row.id, { ...shown, state: 'fail', message: answer.message, ended_at: clock.now() });
      return;
    }
    const scored = { ...row, ...shown, ...scoredBy(row.request, answer.generated) };
    const { readable, shaped, legal, reason } = scored;
    await rows.change(row.id, { ...shown, readable, shaped, legal, reason });
    const marked = await marking(row, scored);
    if (marked) await rows.change(row.id, { ...marked, state: 'complete', ended_at: clock.now() });
  }

  async function marking(row: PlannedEvaluation, scored: PlannedEvaluation): Promise<Change | null> {
    if (row.judge_model === null) return {};
    // There is nothing to be judged: no need to pay for it.
    if (scored.readable === false) return { mark: 0 };
    return judged(row, scored, row.judge_model);
  }

  return {
    /** Resolves when it has ended, or was left as it is. Rejects when storage does. */
    async answer(row: PlannedEvaluation): Promise<void> {
      const now = await rows.get(row.id);
      if (signal.aborted || !now || now.ended_at !== null) return;
      try {
        await steps(now);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ArenaError) || error.code === 'unavailable') throw error;
        await rows.change(row.id, { state: 'fail', message: error.message, ended_at: clock.now() });
      }
    },
  };
}

/** A request that somebody made up may lack what the referee looks at; that ends its row, and not never. */
function scoredBy(request: AgentRequest, text: string): Score {
  try {
    return scoreOf(request, text);
  } catch (error) {
    const message = `the answer cannot be scored: the request is not as the arena sends it (${messageOf(error)})`;
    throw new ArenaError({ code: 'invalid', message }, { cause: error });
  }
}

function answerOf({ generated, usage, latency_ms, time_to_first_token_ms }: GenerateJobDocument): Change {
  return {
    answer: generated,
    input_tokens: usage?.input_tokens ?? null,
    output_tokens: usage?.output_tokens ?? null,
    cost_usd: usage?.cost_usd ?? null,
    latency_ms,
    time_to_first_token_ms,
  };
}
