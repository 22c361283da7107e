/**
 * The catalogue of subjects: one declaration for each that the arena uses, from which subjects are built and parsed and
 * documents made. No other code puts a subject together or takes one apart, but `channels.ts` those of endpoints with a prefix of their own.
 */
import { advanceCommandSchema } from './commands.ts';
import { hostPresenceSchema, hostQuestionSchema, hostReplySchema } from './host-messages.ts';
import { createJobSchema } from './job-input.ts';
import { requestSchema, responseSchema } from './messages.ts';
import {
  actionNoticeSchema,
  completeNoticeSchema,
  contestFlowNoticeSchema,
  descriptionNoticeSchema,
  healthSeenNoticeSchema,
  modelChangeSchema,
  pauseNoticeSchema,
  roleCallAnswerNoticeSchema,
  roleCallNoticeSchema,
} from './notices.ts';
import { declareSubject, type ParametersOf } from './subject-pattern.ts';

const payloads = {
  request: { name: 'Request', schema: requestSchema },
  response: { name: 'Response', schema: responseSchema },
  healthSeen: { name: 'HealthSeen', schema: healthSeenNoticeSchema },
  modelChange: { name: 'ModelChange', schema: modelChangeSchema },
  roleCall: { name: 'RoleCall', schema: roleCallNoticeSchema },
  roleCallAnswer: { name: 'RoleCallAnswer', schema: roleCallAnswerNoticeSchema },
  description: { name: 'Description', schema: descriptionNoticeSchema },
  contestFlow: { name: 'ContestFlow', schema: contestFlowNoticeSchema },
  action: { name: 'ActionTaken', schema: actionNoticeSchema },
  complete: { name: 'Complete', schema: completeNoticeSchema },
  pause: { name: 'Pause', schema: pauseNoticeSchema },
  advance: { name: 'Advance', schema: advanceCommandSchema },
  job: { name: 'JobCommand', schema: createJobSchema },
  hostQuestion: { name: 'HostQuestion', schema: hostQuestionSchema },
  hostReply: { name: 'HostReply', schema: hostReplySchema },
  hostPresence: { name: 'HostPresence', schema: hostPresenceSchema },
} as const;

export const subjects = {
  agentRequest: declareSubject({
    pattern: 'actor.agent.{participant}.request.{askType}.{job}',
    direction: 'to_agent',
    description: 'The arena asks an agent: for the answer to a prompt, or whether it is well.',
    payload: payloads.request,
  }),
  agentResponse: declareSubject({
    pattern: 'actor.agent.{participant}.response.{askType}.{job}',
    direction: 'from_agent',
    description: 'An agent answers. It is also the reply subject of the request.',
    payload: payloads.response,
  }),
  healthSeen: declareSubject({
    pattern: 'actor.agent.{participant}.response.health',
    direction: 'out',
    description: 'The arena has seen how an agent is.',
    payload: payloads.healthSeen,
  }),
  generation: declareSubject({
    pattern: 'actor.llm.{generateJob}.{job}.{generatePhase}',
    direction: 'out',
    description: 'A generation by a model began, ended or failed.',
    payload: payloads.modelChange,
  }),
  roleCall: declareSubject({
    pattern: 'arena.contest.{contest}.role_call',
    direction: 'out',
    description: 'The role call of a contest began; later, its result.',
    payload: payloads.roleCall,
  }),
  roleCallAnswer: declareSubject({
    pattern: 'arena.contest.{contest}.role_call.{participant}',
    direction: 'out',
    description: "One participant's answer to the role call.",
    payload: payloads.roleCallAnswer,
  }),
  setupDescription: declareSubject({
    pattern: 'arena.contest.{contest}.setup.description',
    direction: 'out',
    description: 'The description of the scene was requested; later, received.',
    payload: payloads.description,
  }),
  contestFlow: declareSubject({
    pattern: 'arena.contest.{contest}.contestflow.{from}.{to}',
    direction: 'out',
    description: 'A transition of the contest, of its set-up or of a round.',
    payload: payloads.contestFlow,
  }),
  contestAdvance: declareSubject({
    pattern: 'arena.contest.{contest}.contestflow.{state}.{job}',
    direction: 'in',
    description: 'Advance the contest if it is in that state; the same job twice does it once.',
    payload: payloads.advance,
  }),
  actionTaken: declareSubject({
    pattern: 'arena.contest.{contest}.round.{round}.player.{participant}.prompt',
    direction: 'out',
    description: 'The action that a player took.',
    payload: payloads.action,
  }),
  setupComplete: declareSubject({
    pattern: 'arena.contest.{contest}.setupmachine.complete',
    direction: 'out',
    description: 'The set-up has ended, well or not.',
    payload: payloads.complete,
  }),
  contestComplete: declareSubject({
    pattern: 'arena.contest.{contest}.contestmachine.complete',
    direction: 'out',
    description: 'The contest has ended, well or not: result and standing.',
    payload: payloads.complete,
  }),
  roundComplete: declareSubject({
    pattern: 'arena.contest.{contest}.round.{round}.complete',
    direction: 'out',
    description: 'A round has ended, well or not: result and standing.',
    payload: payloads.complete,
  }),
  pause: declareSubject({
    pattern: 'arena.contest.{contest}.{machine}machine.{state}.pause',
    direction: 'out',
    description: 'A machine has stopped before leaving that state.',
    payload: payloads.pause,
  }),
  jobRequest: declareSubject({
    pattern: 'arena.request.job',
    direction: 'in',
    description: "A job to make, as the body of `POST /api/job`; answered with the job's response.",
    payload: payloads.job,
  }),
  arenaModelChange: declareSubject({
    pattern: 'sys.arena.{arenaModel}.{action}',
    direction: 'out',
    description: 'A model of the arena was made, changed or removed; of a job, that it was made and that it is final.',
    payload: payloads.modelChange,
  }),
  actorModelChange: declareSubject({
    pattern: 'sys.actor.{actorModel}.{action}',
    direction: 'out',
    description: 'A model of the actors was made, changed or removed.',
    payload: payloads.modelChange,
  }),
  hostQuestion: declareSubject({
    pattern: 'actor.host.generation',
    direction: 'between_hosts',
    description: 'A host asks the others, before it begins a generation, whether one has it.',
    payload: payloads.hostQuestion,
  }),
  hostReply: declareSubject({
    pattern: 'actor.host.{host}.reply.{question}',
    direction: 'between_hosts',
    description: 'Another host answers the one that asked. It is the reply subject of the question.',
    payload: payloads.hostReply,
  }),
  hostPresence: declareSubject({
    pattern: 'actor.host.presence',
    direction: 'between_hosts',
    description: 'A host has come, or goes: so many answers are waited for.',
    payload: payloads.hostPresence,
  }),
} as const;

export type SubjectName = keyof typeof subjects;
type PatternOf<N extends SubjectName> = (typeof subjects)[N]['pattern'];
/** A subject taken apart, by the name of its declaration. */
export type ParsedSubject = { [N in SubjectName]: { name: N; parameters: ParametersOf<PatternOf<N>> } }[SubjectName];
export type IncomingSubject = Extract<ParsedSubject, { name: 'agentResponse' | 'contestAdvance' | 'jobRequest' }>;

/** What a subject is, whichever it is; null for one that is not the arena's. Custom endpoints are in `channels.ts`. */
export function parseSubject(subject: string): ParsedSubject | null {
  for (const [name, declaration] of Object.entries(subjects)) {
    const parameters = declaration.parse(subject);
    if (parameters) return { name, parameters } as ParsedSubject;
  }
  return null;
}

/** A subject that the arena takes something on; null for everything else, its own notices included. */
export function parseIncoming(subject: string): IncomingSubject | null {
  const parsed = parseSubject(subject);
  return parsed && isIncoming(parsed) ? parsed : null;
}

function isIncoming(parsed: ParsedSubject): parsed is IncomingSubject {
  const { direction } = subjects[parsed.name];
  return direction === 'in' || direction === 'from_agent';
}

/** What watchers subscribe to. */
export const watches = [
  { pattern: 'arena.>', description: 'everything that the arena tells of its contests, and commands to it' },
  {
    pattern: 'actor.>',
    description: 'everything between the arena and agents, generations, and what hosts ask each other',
  },
  { pattern: 'sys.>', description: 'every change of a model' },
  { pattern: 'actor.agent.*.request.>', description: 'what agents are asked' },
  { pattern: 'actor.agent.*.response.>', description: 'what agents answer, and the health that was seen' },
  { pattern: 'actor.llm.>', description: 'generations by models' },
  { pattern: 'arena.contest.*.contestflow.>', description: 'transitions of contests, and commands to advance them' },
] as const;

/** Everything that the arena tells of one contest. */
export function contestWatch(contest: string): string {
  return subjects.roleCall.build({ contest }).replace(/role_call$/, '>');
}

/** What a host subscribes to for the replies to all of its own questions. */
export function hostReplies(host: string): string {
  return subjects.hostReply.build({ host, question: 0 }).replace(/0$/, '*');
}
