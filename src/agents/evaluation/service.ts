/** Carries out runs of evaluations: plans them from recorded or given requests, works through them, and takes up those that a start finds open. */
import PQueue from 'p-queue';
import type { Launch } from '../../actors/contests.ts';
import type { Clock, Log } from '../../actors/runtime/ports.ts';
import type { ContestDocument, ContestView } from '../../protocol/contest.ts';
import { ArenaError, type InputProblem, refuseProblems } from '../../protocol/errors.ts';
import {
  type CreateEvaluation,
  type EvaluationReport,
  type Exchange,
  evaluationAnswersMax,
  type PlannedEvaluation,
} from '../../protocol/evaluation.ts';
import { randomId } from '../../protocol/ids.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { type PromptType, roleOfPrompt } from '../../protocol/states.ts';
import { completeRequest } from '../direct-request.ts';
import type { Generations } from '../generations.ts';
import { type ModelDirectory, modelOrProblem } from '../model-directory.ts';
import { fixedTextOf } from '../model-names.ts';
import type { Prompts } from '../prompts/prompts.ts';
import { createEvaluationAnswering } from './answering.ts';
import type { EvaluationRows, Evaluations } from './evaluations.ts';
import { hasEnded, reportOf } from './report.ts';

export interface EvaluationServiceOptions {
  readonly rows: EvaluationRows;
  readonly generations: Pick<Generations, 'ask' | 'get' | 'cancel'>;
  readonly directory: ModelDirectory;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly log: Log;
  /** Every prompt that was sent in a contest, in order. */
  readonly requestsOf: (contestId: string) => Promise<readonly AgentRequest[]>;
  readonly exchange: (input: Exchange, launch?: Launch) => Promise<ContestDocument>;
}

export interface EvaluationService extends Evaluations {
  /** Goes on with what a run that was cut off has left. */
  start(): Promise<void>;
  /** Leaves what is under way as it is. */
  close(): Promise<void>;
}

/** Providers have limits of their own; this bounds what waits for them. */
const atOnce = 32;

export function createEvaluations(options: EvaluationServiceOptions): EvaluationService {
  const { rows, generations, directory, prompts, clock, log } = options;
  const closing = new AbortController();
  const queue = new PQueue({ concurrency: atOnce });
  const answering = createEvaluationAnswering({ ...options, signal: closing.signal });

  function enqueue(planned: readonly PlannedEvaluation[]): void {
    for (const row of planned) {
      queue
        .add(() => answering.answer(row))
        .catch((err: unknown) => log.error({ err, evaluation: row.id }, 'an evaluation was left as it is'));
    }
  }

  async function rowsOf(run: string) {
    const found = await rows.list({ run, limit: evaluationAnswersMax });
    if (found.length === 0) throw new ArenaError({ code: 'not_found', message: `there is no evaluation ${run}` });
    return found;
  }

  async function report(run: string): Promise<EvaluationReport> {
    return reportOf(run, await rowsOf(run));
  }

  async function refuseUnknownModels({ models, judge_model: judge }: CreateEvaluation): Promise<void> {
    const named = [
      ...models.map((name, index) => ({ path: `models[${index}]`, name })),
      ...(judge === undefined ? [] : [{ path: 'judge_model', name: judge }]),
    ];
    const problems: InputProblem[] = [];
    for (const { path, name } of named) {
      // A fixed text, for dry runs.
      if (fixedTextOf(name) !== null) continue;
      const model = await modelOrProblem(directory, name);
      if (typeof model === 'string') problems.push({ path, message: model });
    }
    refuseProblems(problems);
  }

  async function requestsFor(input: CreateEvaluation): Promise<AgentRequest[]> {
    const { prompt_types: types, rounds, participant_ids: seats } = input;
    const given = input.contest_id
      ? await options.requestsOf(input.contest_id)
      : (input.requests ?? []).map((one) =>
          completeRequest(one, one.participant_id ?? one.data.contest.you.id, clock.now()),
        );
    return given.filter(
      ({ command, round_no, participant_id }) =>
        (types?.includes(command as PromptType) ?? true) &&
        (rounds?.includes(round_no ?? 0) ?? true) &&
        (seats?.includes(participant_id) ?? true),
    );
  }

  /** The texts that each model is asked with. Throws `TemplateError`. */
  async function promptOf(request: AgentRequest, chosen: string | undefined) {
    const promptType = request.command as PromptType;
    const role = roleOfPrompt[promptType];
    const agent = await directory.agentOf(request.participant_id);
    const strategyId = chosen ?? agent?.strategy_id ?? null;
    const strategy = strategyId === null ? null : await directory.strategy(strategyId);
    if (chosen !== undefined && strategy === null)
      refuseProblems([{ path: 'strategy_id', message: `there is no strategy ${chosen}` }]);
    const { you } = request.data.contest as unknown as ContestView;
    const { id, name } = agent ?? you;
    // As a first attempt: what was wrong with another model's answer is nothing to this one.
    const first = { ...request, attempt: 1, message: '' };
    const fitting = strategy?.role === role ? strategy : null;
    return {
      request: first,
      ...prompts.render({ promptType, role, request: first, strategy: fitting, agent: { id, name } }),
    };
  }

  return {
    async create(input) {
      const run = input.run ?? randomId();
      await refuseUnknownModels(input);
      if ((await rows.list({ run, limit: 1 })).length > 0)
        throw new ArenaError({
          code: 'conflict',
          message: `there is an evaluation ${run} already: a new one needs another id, or none`,
        });
      const requests = await requestsFor(input);
      const count = requests.length * input.models.length;
      if (count === 0) refuseProblems([{ path: 'contest_id', message: 'nothing of this kind was asked there' }]);
      if (count > evaluationAnswersMax)
        refuseProblems([
          { path: 'models', message: `these are ${count} answers; at most ${evaluationAnswersMax} make a run` },
        ]);
      const planned: PlannedEvaluation[] = [];
      for (const one of requests) {
        const asked = await promptOf(one, input.strategy_id);
        for (const model of input.models)
          planned.push({
            ...unanswered,
            ...rowOf(run, model, asked, clock.now()),
            judge_model: input.judge_model ?? null,
          });
      }
      await rows.plan(planned);
      enqueue(planned);
      return report(run);
    },

    list: rows.list,
    runs: rows.runs,
    report,

    async cancel(run) {
      for (const { id, generation_id, judge_generation_id } of (await rowsOf(run)).filter((row) => !hasEnded(row))) {
        await rows.change(id, { state: 'cancelled', message: 'it was cancelled', ended_at: clock.now() });
        const generation = judge_generation_id ?? generation_id;
        if (generation !== null) await generations.cancel(generation).catch(ignoreEnded);
      }
      return report(run);
    },

    async remove(run) {
      if (!(await rowsOf(run)).every(hasEnded))
        throw new ArenaError({ code: 'conflict', message: `the evaluation ${run} still runs; cancel it first` });
      await rows.removeRun(run);
    },

    exchange: options.exchange,

    async start() {
      enqueue(await rows.open());
    },

    async close() {
      queue.clear();
      closing.abort();
      await queue.onIdle();
    },
  };
}

function ignoreEnded(error: unknown): void {
  if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
}

interface Asked {
  readonly request: AgentRequest;
  readonly system: string | null;
  readonly prompt: string;
  readonly template: string;
  readonly schema: { readonly [key: string]: unknown } | null;
}

function rowOf(run: string, model: string, { request, system, prompt, template, schema }: Asked, now: number) {
  return {
    id: randomId(),
    run,
    model,
    prompt_type: request.command as PromptType,
    contest_id: request.contest_id,
    round_no: request.round_no,
    participant_id: request.participant_id,
    job_id: request.job_id,
    template,
    system,
    prompt,
    schema: schema as PlannedEvaluation['schema'],
    request,
    created_at: now,
  };
}

const unanswered = {
  state: 'planned',
  answer: null,
  readable: null,
  shaped: null,
  legal: null,
  mark: null,
  reason: null,
  generation_id: null,
  judge_generation_id: null,
  input_tokens: null,
  output_tokens: null,
  cost_usd: null,
  latency_ms: null,
  time_to_first_token_ms: null,
  message: '',
  ended_at: null,
} as const;
