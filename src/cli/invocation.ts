/** Everything that can be asked for on the command line, as data: what parsing yields and the commands carry out. */
import { z } from 'zod';
import { promptTypes, roles } from '../protocol/states.ts';
import { turnFormats } from '../protocol/turns.ts';

/** The models that `arena <model> …` knows. */
export const modelNouns = ['arena', 'feature', 'participant', 'strategy', 'agent', 'llmmodel', 'contest'] as const;
export type ModelNoun = (typeof modelNouns)[number];

export const contestVerbNames = ['start', 'pause', 'resume', 'step', 'retry', 'cancel', 'clone'] as const;
export type ContestVerb = (typeof contestVerbNames)[number];

export const jobVerbNames = ['show', 'watch', 'history', 'cancel', 'retry', 'clone', 'delete'] as const;
export type JobVerb = (typeof jobVerbNames)[number];

/** `url` is the arena to talk to; where it is left out, the configured host and port. */
const common = { url: z.string().optional(), json: z.boolean() };
const model = { ...common, command: z.literal('model'), model: z.enum(modelNouns) };
const contest = { ...common, command: z.literal('contest'), id: z.string() };
const steering = z.object({
  ...common,
  command: z.literal('steering'),
  verb: z.enum(contestVerbNames),
  ids: z.array(z.string()).min(1),
});

const serve = z.object({ ...common, command: z.literal('serve'), only: z.enum(['arena', 'agents']).optional() });
const demo = z.object({
  ...common,
  command: z.literal('demo'),
  once: z.boolean(),
  game: z.string().optional(),
  seed: z.number().optional(),
  speed: z.number().optional(),
});
const modelCommand = z.discriminatedUnion('verb', [
  z.object({ ...model, verb: z.literal('list'), filters: z.record(z.string(), z.string()), ids: z.boolean() }),
  z.object({ ...model, verb: z.enum(['show', 'delete']), id: z.string() }),
  z.object({ ...model, verb: z.literal('create'), file: z.string().optional(), data: z.string().optional() }),
]);
const contestCommand = z.discriminatedUnion('verb', [
  z.object({ ...contest, verb: z.literal('watch') }),
  z.object({ ...contest, verb: z.literal('replay'), speed: z.number() }),
  z.object({ ...contest, verb: z.literal('verify') }),
  z.object({ ...contest, verb: z.literal('snapshot'), output: z.string().optional() }),
  z.object({ ...contest, verb: z.literal('restart') }),
  z.object({
    ...contest,
    verb: z.literal('fork'),
    round: z.number(),
    participants: z.record(z.string(), z.string()),
    seed: z.number().optional(),
    maxRounds: z.number().optional(),
    rules: z.string().optional(),
    data: z.string().optional(),
  }),
  z.object({ ...contest, verb: z.literal('export'), format: z.enum(turnFormats), output: z.string().optional() }),
  z.object({
    ...contest,
    verb: z.literal('prompt'),
    promptType: z.enum(promptTypes),
    participantId: z.string().optional(),
  }),
]);
const restore = z.object({ ...common, command: z.literal('restore'), file: z.string(), asNew: z.boolean() });
const job = { ...common, command: z.literal('job') };
const jobCommand = z.discriminatedUnion('verb', [
  z.object({ ...job, verb: z.enum(['create', 'batch']), file: z.string().optional(), data: z.string().optional() }),
  z.object({ ...job, verb: z.literal('list'), filters: z.record(z.string(), z.string()) }),
  z.object({ ...job, verb: z.enum(jobVerbNames), id: z.string() }),
]);
const load = z.object({
  ...common,
  command: z.literal('load'),
  dir: z.string(),
  players: z.number().min(1),
  repeat: z.number().min(1),
  seed: z.number(),
  start: z.boolean(),
});
const listen = z.object({ ...common, command: z.literal('listen'), subject: z.string() });
const top = z.object({ ...common, command: z.literal('top') });
const rebuild = z.object({ ...common, command: z.literal('rebuild') });
const reset = z.object({ ...common, command: z.literal('reset'), keepModels: z.boolean(), yes: z.boolean() });
const llmModel = { ...common, command: z.literal('llmmodel') };
const llmModelCommand = z.discriminatedUnion('verb', [
  z.object({
    ...llmModel,
    verb: z.literal('import'),
    file: z.string(),
    provider: z.string().optional(),
    baseUrl: z.string().optional(),
    onlyKnown: z.boolean(),
  }),
  z.object({
    ...llmModel,
    verb: z.literal('deactivate'),
    promptPrice: z.number().optional(),
    completionPrice: z.number().optional(),
    requestPrice: z.number().optional(),
    unpriced: z.boolean(),
  }),
]);
const generateJob = { ...common, command: z.literal('generatejob') };
const generateJobCommand = z.discriminatedUnion('verb', [
  z.object({ ...generateJob, verb: z.literal('list'), filters: z.record(z.string(), z.string()) }),
  z.object({ ...generateJob, verb: z.literal('show'), id: z.string() }),
  z.object({ ...generateJob, verb: z.literal('cancel'), id: z.string() }),
  z.object({ ...generateJob, verb: z.literal('delete'), id: z.string() }),
  z.object({
    ...generateJob,
    verb: z.literal('repeat'),
    id: z.string(),
    model: z.string().optional(),
    promptFile: z.string().optional(),
  }),
]);
const agentRun = z.object({
  ...common,
  command: z.literal('agent_run'),
  model: z.string().optional(),
  id: z.string().optional(),
  role: z.enum(roles).optional(),
  name: z.string().optional(),
  openai: z.string().optional(),
  keyEnv: z.string().optional(),
  structured: z.enum(['json', 'schema']).optional(),
});
const evalCommand = z.discriminatedUnion('verb', [
  z.object({
    ...common,
    command: z.literal('eval'),
    verb: z.literal('run'),
    contest: z.string().optional(),
    request: z.array(z.string()).optional(),
    models: z.array(z.string()),
    prompts: z.array(z.enum(promptTypes)).optional(),
    rounds: z.array(z.number()),
    seats: z.array(z.string()).optional(),
    judge: z.string().optional(),
    strategy: z.string().optional(),
  }),
  z.object({ ...common, command: z.literal('eval'), verb: z.literal('report'), run: z.string(), answers: z.boolean() }),
  z.object({
    ...common,
    command: z.literal('eval'),
    verb: z.literal('exchange'),
    contest: z.string(),
    seat: z.string(),
    model: z.string(),
    start: z.boolean(),
  }),
]);
/** An agent that is asked from here: on which NATS server, signed with which key, with how much time for each answer. */
const asking = { ...common, nats: z.string().optional(), keyEnv: z.string().optional(), timeout: z.number() };
const agentCheck = z.object({
  ...asking,
  command: z.literal('agent_check'),
  agent: z.string(),
  roles: z.array(z.enum(roles)).optional(),
  id: z.string().optional(),
  game: z.string().optional(),
});
const agentReplay = z.object({
  ...asking,
  command: z.literal('agent_replay'),
  contest: z.string(),
  round: z.number(),
  seat: z.string(),
  prompt: z.enum(promptTypes).optional(),
  job: z.string().optional(),
  attempt: z.number().min(1).optional(),
  to: z.string().optional(),
});

export const invocationSchema = z.discriminatedUnion('command', [
  serve,
  demo,
  modelCommand,
  contestCommand,
  steering,
  restore,
  jobCommand,
  load,
  listen,
  top,
  rebuild,
  reset,
  llmModelCommand,
  generateJobCommand,
  agentRun,
  agentCheck,
  agentReplay,
  evalCommand,
]);
export type Invocation = z.infer<typeof invocationSchema>;
export type InvocationOf<C extends Invocation['command']> = Extract<Invocation, { command: C }>;
