/**
 * How a participant is reached over the bus: its endpoint `channel://<prefix>` says under which subjects it is asked and
 * answers, `<prefix>.request.<ask type>.<job>` and `<prefix>.response.<ask type>.<job>`. The default prefix is the catalogue's.
 */
import { ArenaError } from './errors.ts';
import { type AskType, isAskType } from './states.ts';
import { checkedToken, subjectProblem, tokenProblem } from './subject-rules.ts';
import { subjects } from './subjects.ts';

export const defaultEndpoint = 'channel://actor.agent.$AGENT_ID$';

const scheme = 'channel://';
const placeholder = '$AGENT_ID$';
/** An agent's requests must not be commands to the arena, to the server or to somebody's inbox. */
const reservedPrefix = /^(arena|sys|_INBOX|actor\.llm|\$[^.]*)(\.|$)/;

/** What an agent answers to, taken apart. */
export interface ChannelResponse {
  readonly prefix: string;
  readonly askType: AskType;
  readonly job: string;
}

export function isChannelEndpoint(endpoint: string): boolean {
  return endpoint.startsWith(scheme);
}

/** Why an endpoint cannot be a channel, or null when it can. */
export function channelProblem(endpoint: string): string | null {
  if (!isChannelEndpoint(endpoint)) return `does not begin with ${scheme}`;
  // Any id will do in the place of the real one.
  return prefixProblem(prefixFor(endpoint, 'id'));
}

/** The prefix of a participant's subjects. Throws `ArenaError` `invalid` when the endpoint is no channel, or the id no token. */
export function channelPrefix(endpoint: string, participantId: string): string {
  const prefix = prefixFor(endpoint, checkedToken('participant', participantId));
  const problem = channelProblem(endpoint) ?? prefixProblem(prefix);
  if (problem) throw new ArenaError({ code: 'invalid', message: `endpoint ${JSON.stringify(endpoint)} ${problem}` });
  return prefix;
}

/** Where an agent is asked. */
export function requestSubject(prefix: string, askType: string, job: string): string {
  return `${prefix}.request.${checkedToken('command', askType)}.${checkedToken('job', job)}`;
}

/** Where it answers: the reply subject of its request. */
export function responseSubject(prefix: string, askType: string, job: string): string {
  return `${prefix}.response.${checkedToken('command', askType)}.${checkedToken('job', job)}`;
}

/** What an agent subscribes to for all that it is asked. */
export function requestPattern(prefix: string): string {
  return `${prefix}.request.>`;
}

/** What the arena subscribes to for the answers of one prefix; those of all default ones are `responsesPattern`. */
export function responsePattern(prefix: string): string {
  return `${prefix}.response.*.*`;
}

/** The answers of all participants with the default endpoint. */
export const responsesPattern = subjects.agentResponse.wildcard;

/** Whether what is answered below a prefix is among `responsesPattern`. */
export function isDefaultPrefix(prefix: string): boolean {
  return subjects.agentResponse.parse(responseSubject(prefix, 'health', 'id')) !== null;
}

/** A response subject of any prefix, taken apart; null when it is none. */
export function parseResponseSubject(subject: string): ChannelResponse | null {
  const jobAt = subject.lastIndexOf('.');
  const askTypeAt = subject.lastIndexOf('.', jobAt - 1);
  const job = subject.slice(jobAt + 1);
  const askType = subject.slice(askTypeAt + 1, jobAt);
  const prefix = subject.slice(0, askTypeAt - '.response'.length);
  if (jobAt < 0 || askTypeAt < 0 || prefix === '' || !subject.slice(0, askTypeAt).endsWith('.response')) return null;
  if (!isAskType(askType) || tokenProblem(job) || subjectProblem(prefix)) return null;
  return { prefix, askType, job };
}

function prefixProblem(prefix: string): string | null {
  if (reservedPrefix.test(prefix)) return 'is reserved: arena, sys, actor.llm, _INBOX and $… are not for agents';
  return subjectProblem(prefix);
}

function prefixFor(endpoint: string, participantId: string): string {
  return endpoint.slice(scheme.length).replaceAll(placeholder, participantId);
}
