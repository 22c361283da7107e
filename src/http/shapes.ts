/** Every shape that crosses HTTP: its name in the OpenAPI document, and an example. What a route takes and gives is found here by its schema. */
import { z } from 'zod';
import { auditSchema } from '../protocol/audit.ts';
import { catalogueModels, catalogueSchemas } from '../protocol/catalogue.ts';
import { contestDocumentSchema, contestSummarySchema, contestViewSchema, roundSchema } from '../protocol/contest.ts';
import {
  cloneContestSchema,
  createContestSchema,
  forkContestSchema,
  patchContestSchema,
} from '../protocol/contest-input.ts';
import { entrySchema } from '../protocol/entries.ts';
import {
  createEvaluationSchema,
  evaluationReportSchema,
  evaluationRunSchema,
  evaluationSchema,
  exchangeSchema,
} from '../protocol/evaluation.ts';
import { generateJobSchema, repeatGenerationSchema } from '../protocol/generate-jobs.ts';
import { createBatchSchema, jobTreeSchema, oneJobSchema } from '../protocol/job-input.ts';
import { jobNodeSchema, jobResponseSchema, jobSummarySchema, jobTransitionSchema } from '../protocol/jobs.ts';
import { jsonSchema } from '../protocol/json.ts';
import { requestSchema, responseSchema } from '../protocol/messages.ts';
import { contestOverviewSchema } from '../protocol/overview.ts';
import {
  deactivatedSchema,
  modelImportResultSchema,
  modelImportSchema,
  modelLimitsSchema,
} from '../protocol/price-list.ts';
import { promptRequestSchema, promptShownSchema, requestToAgentSchema } from '../protocol/prompt-asking.ts';
import { snapshotSchema } from '../protocol/snapshot.ts';
import { catalogueExamples } from './examples/catalogue.ts';
import * as contest from './examples/contest.ts';
import * as inputs from './examples/inputs.ts';
import * as job from './examples/job.ts';
import * as models from './examples/models.ts';
import { problemSchema } from './problem.ts';
import { okSchema, successSchema } from './schemas.ts';

/** Shapes that the document names once and refers to. */
const named = {
  Contest: contestDocumentSchema,
  ContestSummary: contestSummarySchema,
  ContestOverview: contestOverviewSchema,
  ContestView: contestViewSchema,
  Round: roundSchema,
  Entry: entrySchema,
  Snapshot: snapshotSchema,
  Audit: auditSchema,
  Job: oneJobSchema,
  JobTree: jobTreeSchema,
  JobNode: jobNodeSchema,
  JobResponse: jobResponseSchema,
  JobSummary: jobSummarySchema,
  JobTransition: jobTransitionSchema,
  AgentRequest: requestSchema,
  AgentResponse: responseSchema,
  PromptShown: promptShownSchema,
  Generation: generateJobSchema,
  Evaluation: evaluationSchema,
  EvaluationReport: evaluationReportSchema,
  EvaluationRun: evaluationRunSchema,
  Arena: catalogueSchemas.arena.document,
  Feature: catalogueSchemas.feature.document,
  Participant: catalogueSchemas.participant.document,
  Strategy: catalogueSchemas.strategy.document,
  Agent: catalogueSchemas.agent.document,
  LlmModel: catalogueSchemas.llmmodel.document,
  Problem: problemSchema,
  Json: jsonSchema,
};
const schemasByName = new Map<string, z.ZodType>(Object.entries(named));
for (const [id, schema] of schemasByName) z.globalRegistry.add(schema, { ...schema.meta(), id });

const examples = new Map<unknown, unknown>([
  shape(contestDocumentSchema, contest.contest),
  shape(contestSummarySchema, contest.contestSummary),
  shape(contestOverviewSchema, contest.overview),
  shape(contestViewSchema, contest.view),
  shape(roundSchema, contest.round),
  shape(entrySchema, contest.entry),
  shape(snapshotSchema, contest.snapshot),
  shape(auditSchema, contest.audit),
  shape(createContestSchema, inputs.contestExample),
  shape(patchContestSchema, inputs.contestPatch),
  shape(cloneContestSchema, inputs.cloneInput),
  shape(forkContestSchema, inputs.forkInput),
  shape(oneJobSchema, inputs.jobExample),
  shape(jobTreeSchema, inputs.batchExample),
  shape(createBatchSchema, inputs.batchExample),
  shape(jobNodeSchema, job.jobNode),
  shape(jobResponseSchema, job.jobResponse),
  shape(jobSummarySchema, job.jobSummary),
  shape(jobTransitionSchema, job.jobTransition),
  shape(requestSchema, job.agentRequest),
  shape(responseSchema, job.agentResponse),
  shape(requestToAgentSchema, inputs.requestToAgentExample),
  shape(promptRequestSchema, { data: inputs.requestToAgentExample.data }),
  shape(promptShownSchema, models.promptShown),
  shape(generateJobSchema, models.generation),
  shape(repeatGenerationSchema, inputs.repeatInput),
  shape(createEvaluationSchema, inputs.evaluationInput),
  shape(exchangeSchema, inputs.exchangeInput),
  shape(evaluationSchema, models.evaluation),
  shape(evaluationReportSchema, models.evaluationReport),
  shape(evaluationRunSchema, models.evaluationRun),
  shape(modelImportSchema, inputs.priceListExample),
  shape(modelImportResultSchema, models.modelImportResult),
  shape(modelLimitsSchema, inputs.priceLimits),
  shape(deactivatedSchema, models.deactivated),
  shape(successSchema, { success: true }),
  shape(okSchema, { state: 'OK' }),
  ...catalogueModels.flatMap((model): [z.ZodType, unknown][] => {
    const { create, patch, document } = catalogueSchemas[model];
    const example = catalogueExamples[model];
    return [
      [create, example.create],
      [patch, example.patch],
      [document, example.document],
    ];
  }),
]);

function shape<Schema extends z.ZodType>(schema: Schema, example: z.input<Schema>): [Schema, z.input<Schema>] {
  return [schema, example];
}

/** An example of a shape, of a list of one, or of one that may be left out; undefined where there is none. */
export function exampleOf(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return exampleOf(schema.unwrap());
  if (!(schema instanceof z.ZodArray)) return examples.get(schema);
  const one = exampleOf(schema.element);
  return one === undefined ? undefined : [one];
}

/** Of a named shape, as it is shown or (`…Input`) as it is sent. */
export function exampleOfNamed(name: string): unknown {
  const shown = schemasByName.get(name) ?? schemasByName.get(name.replace(/Input$/, ''));
  return exampleOf(shown);
}

/** What a shape is called, for people: `Contest`, `List of Contest`; `Done` for those without a name. */
export function nameOf(schema: unknown): string {
  if (schema instanceof z.ZodArray) return `List of ${nameOf(schema.element)}`;
  return [...schemasByName].find(([, one]) => one === schema)?.[0] ?? 'Done';
}
