/** Carries out what others ask about generations: begins them, waits for them, repeats them; reads states, and the table for lists. */
import type { Command } from '../../actors/runtime/machine.ts';
import { ArenaError } from '../../protocol/errors.ts';
import type { GenerateJobDocument, GenerationFilter, Spending } from '../../protocol/generate-jobs.ts';
import type { Spent } from '../../protocol/host-messages.ts';
import { randomId } from '../../protocol/ids.ts';
import { type Budgets, createBudgets } from '../budgets.ts';
import type { Endings } from '../generation-endings.ts';
import type { AskGeneration, Generations, Waiting } from '../generations.ts';
import { type ModelDirectory, modelOrProblem } from '../model-directory.ts';
import { fixedTextOf } from '../model-names.ts';
import { generateJobOf } from './document.ts';
import { generationAddress } from './machine.ts';
import { type GenerationLimits, specOfAsk } from './plan.ts';
import {
  type ExistingGeneration,
  type FinalGeneration,
  type GenerationCommand,
  type GenerationSpec,
  type GenerationState,
  isFinalGeneration,
} from './state.ts';

/** What is asked of the runtime of actors. */
export interface GenerationRuntime {
  begin(address: string, command: Command): Promise<unknown>;
  request(address: string, command: Command): Promise<unknown>;
  read(root: string): Promise<{ stateOf(address: string): unknown } | null>;
}

/** What is asked of whoever keeps the table. */
export interface GenerationTable {
  list(filter: GenerationFilter): Promise<GenerateJobDocument[]>;
  spent(by: { agent_id: string } | { contest_id: string }): Promise<Spending>;
}

export interface GenerationServiceOptions {
  readonly runtime: GenerationRuntime;
  readonly table: GenerationTable;
  readonly directory: Pick<ModelDirectory, 'model'>;
  readonly endings: Endings;
  readonly limits: GenerationLimits;
  readonly budgets: Budgets;
}

/** The port, and what the host of agents needs besides. */
export interface GenerationService extends Generations {
  /** As it is on disk; null when there is none. */
  find(id: string): Promise<ExistingGeneration | null>;
  /**
   * Begins it, or finds that it exists. One over its budget, to which what was `spentElsewhere` counts, is begun and fails at once, so that it
   * is on record.
   */
  begin(id: string, spec: GenerationSpec, spentElsewhere?: readonly Spent[]): Promise<void>;
  /** Resolves when it has ended, or with null when the waiting is over. */
  ended(id: string, waiting: Waiting): Promise<FinalGeneration | null>;
  /** Why a model cannot be asked, or null. */
  problemWith(model: string): Promise<string | null>;
  readonly limits: GenerationLimits;
}

export function createGenerationService(options: GenerationServiceOptions): GenerationService {
  const { runtime, table, directory, endings, limits } = options;
  const overspent = createBudgets(options.budgets, table);

  async function find(id: string): Promise<ExistingGeneration | null> {
    const address = generationAddress(id);
    const state = (await runtime.read(address))?.stateOf(address) as GenerationState | undefined;
    return state && state.state !== 'none' ? state : null;
  }

  async function existing(id: string): Promise<ExistingGeneration> {
    const found = await find(id);
    if (!found || (isFinalGeneration(found) && found.removed_at !== undefined))
      throw new ArenaError({ code: 'not_found', message: `there is no generation ${id}` });
    return found;
  }

  async function begin(id: string, spec: GenerationSpec, spentElsewhere: readonly Spent[] = []): Promise<void> {
    const refused = await overspent(spec, spentElsewhere);
    const create: GenerationCommand = { type: 'create', spec, ...(refused ? { refused } : {}) };
    try {
      await runtime.begin(generationAddress(id), create);
    } catch (error) {
      if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
    }
  }

  async function ended(id: string, { waitMs, signal }: Waiting): Promise<FinalGeneration | null> {
    // Listened for first: it may end while it is read.
    const stop = new AbortController();
    const ending = endings.await(id, waitMs, signal ? AbortSignal.any([signal, stop.signal]) : stop.signal);
    const found = await find(id);
    if (found === null || !isFinalGeneration(found)) return ending;
    stop.abort();
    return found;
  }

  async function get(id: string, waiting?: Waiting): Promise<GenerateJobDocument> {
    if (waiting && waiting.waitMs > 0) {
      await ended(id, waiting);
    }
    return generateJobOf(await existing(id));
  }

  /** As its journal has it. Where that is damaged it is shown as it was last known, with what is wrong: it takes no other off a list. */
  async function openOne(known: GenerateJobDocument): Promise<GenerateJobDocument> {
    try {
      const now = await find(known.id);
      return now ? generateJobOf(now) : known;
    } catch (error) {
      if (!(error instanceof ArenaError) || error.code !== 'conflict') throw error;
      return { ...known, message: error.message };
    }
  }

  async function problemWith(name: string): Promise<string | null> {
    if (fixedTextOf(name) !== null) return null;
    const model = await modelOrProblem(directory, name);
    return typeof model === 'string' ? model : null;
  }

  async function make(
    spec: GenerationSpec,
    waiting: Waiting | undefined,
    id = randomId(),
  ): Promise<GenerateJobDocument> {
    const problem = await problemWith(spec.model);
    if (problem !== null)
      throw new ArenaError({ code: 'invalid', message: problem, problems: [{ path: 'model', message: problem }] });
    await begin(id, spec);
    return get(id, waiting);
  }

  return {
    find,
    begin,
    ended,
    problemWith,
    limits,
    get,
    async list(filter = {}) {
      const shown = await table.list(filter);
      // Texts of those that are open are not in the table yet.
      return Promise.all(shown.map((one) => (one.finished_at === null ? openOne(one) : one)));
    },
    async repeat({ original_id: originalId, model, prompt }, waiting) {
      const { spec } = await existing(originalId);
      const again: GenerationSpec = {
        ...spec,
        ...limits,
        model: model ?? spec.model,
        prompt: prompt ?? spec.prompt,
        original_id: originalId,
        // It answers nobody's job, and nobody's budget is charged for it.
        job_id: null,
        agent_id: null,
        contest_id: null,
        reply_to: null,
      };
      return make(again, waiting);
    },
    ask: (input: AskGeneration, waiting) => make(specOfAsk(input, limits), waiting, input.id),
    async remove(id) {
      await existing(id);
      await runtime.request(generationAddress(id), { type: 'remove' } satisfies GenerationCommand);
    },
    async cancel(id) {
      const found = await existing(id);
      if (isFinalGeneration(found))
        throw new ArenaError({ code: 'conflict', message: `generation ${id} is ${found.state}: it has ended` });
      const cancel: GenerationCommand = { type: 'cancel', reason: 'it was cancelled' };
      await runtime.request(generationAddress(id), cancel);
      return get(id);
    },
  };
}
