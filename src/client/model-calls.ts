/** The catalogue, and what language models are asked, as a program handles them. */
import { type Calls, type ListQuery, pathOf, type Success } from './calls.ts';
import type {
  AgentAsk,
  AgentResponse,
  CatalogueChange,
  CatalogueInput,
  CatalogueItem,
  CatalogueModel,
  ContestDocument,
  EvaluationDocument,
  EvaluationInput,
  EvaluationReport,
  EvaluationRun,
  ExchangeInput,
  GenerateJobDocument,
  JobResponse,
  RepeatInput,
} from './documents.ts';
import { queryOf } from './requests.ts';

/** Arenas, features, participants, strategies, agents or models. */
export function catalogueCalls<Model extends CatalogueModel>(
  { get, post, patch, delete: remove, text }: Calls,
  model: Model,
) {
  return {
    list: (query: ListQuery = {}): Promise<CatalogueItem<Model>[]> => get(`/api/${model}${queryOf(query)}`),
    get: (id: string): Promise<CatalogueItem<Model>> => get(pathOf(model, id)),
    /** The same as a page of Markdown. */
    markdown: (id: string): Promise<string> => text(`${pathOf(model, id)}.md`),
    create: (input: CatalogueInput<Model>): Promise<CatalogueItem<Model>> => post(`/api/${model}`, input),
    patch: (id: string, change: CatalogueChange<Model>): Promise<CatalogueItem<Model>> =>
      patch(pathOf(model, id), change),
    /** Refused while something uses it. */
    remove: (id: string): Promise<Success> => remove(pathOf(model, id)),
  };
}

export function participantCalls({ get, post }: Calls) {
  return {
    /** Asks a participant now whether it is well: the job is still pending. */
    verify: (id: string): Promise<JobResponse> => post(`${pathOf('participant', id)}/verify`),
    /** Asks the agent that the arena itself hosts for a participant whether it is well. */
    health: (id: string): Promise<AgentResponse> => get(`${pathOf('agent', id)}/health`),
    /** Hands a request to the agent of a participant, outside of any contest. */
    ask: (id: string, request: AgentAsk): Promise<AgentResponse> => post(`${pathOf('agent', id)}/request`, request),
  };
}

export function generationCalls({ get, post, delete: remove, text }: Calls) {
  return {
    list: (query: ListQuery = {}): Promise<GenerateJobDocument[]> => get(`/api/generatejob${queryOf(query)}`),
    /** With `waitMs` once it has ended, or after that time. */
    get: (id: string, waitMs?: number): Promise<GenerateJobDocument> =>
      get(`${pathOf('generatejob', id)}${queryOf({ wait_ms: waitMs })}`),
    /** The same as a page of Markdown. */
    markdown: (id: string): Promise<string> => text(`${pathOf('generatejob', id)}.md`),
    /** Asks again, another model or with another prompt if need be. */
    repeat: (input: RepeatInput): Promise<GenerateJobDocument> => post('/api/generatejob/repeat', input),
    cancel: (id: string): Promise<GenerateJobDocument> => post(`${pathOf('generatejob', id)}/cancel`),
    /** One that has ended. */
    remove: (id: string): Promise<Success> => remove(pathOf('generatejob', id)),
  };
}

export function evaluationCalls({ get, post, delete: remove, text }: Calls) {
  return {
    /** Puts the same requests to several models; the report is still `running`. */
    create: (input: EvaluationInput): Promise<EvaluationReport> => post('/api/evaluation', input),
    /** Scored answers, one row for each. */
    list: (query: ListQuery = {}): Promise<EvaluationDocument[]> => get(`/api/evaluation${queryOf(query)}`),
    /** The runs, each with how far it is. */
    runs: (query: ListQuery = {}): Promise<EvaluationRun[]> => get(`/api/evaluation/run${queryOf(query)}`),
    /** What a run comes to, per model and prompt type. */
    report: (run: string): Promise<EvaluationReport> => get(`${pathOf('evaluation', run)}/report`),
    /** The same as a page of Markdown. */
    markdown: (run: string): Promise<string> => text(`${pathOf('evaluation', run)}.md`),
    cancel: (run: string): Promise<EvaluationReport> => post(`${pathOf('evaluation', run)}/cancel`),
    remove: (run: string): Promise<Success> => remove(pathOf('evaluation', run)),
    /** A contest again, with another model in one seat. */
    exchange: (input: ExchangeInput): Promise<ContestDocument> => post('/api/evaluation/exchange', input),
  };
}
