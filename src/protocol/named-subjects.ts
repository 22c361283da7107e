/**
 * Subjects that others have named: whoever made the contest or the job, gave a participant its endpoint, or asked and waits for the reply.
 * What goes over each is declared here, and documents are made of it.
 */
import type { z } from 'zod';
import { advanceReplySchema, jobReplySchema } from './commands.ts';
import { jobResponseSchema } from './jobs.ts';
import { jsonSchema } from './json.ts';
import { subjects } from './subjects.ts';

interface NamedSubject {
  /** `reply`: to the subject that came with a command. */
  readonly direction: 'out' | 'to_agent' | 'from_agent' | 'reply';
  readonly title: string;
  readonly description: string;
  readonly payload: { readonly name: string; readonly schema: z.ZodType };
}

const prefixed = (parts: string) =>
  `\`<prefix>.${parts}.<prompt type or health>.<job>\`, for an endpoint \`channel://<prefix>\``;

export const namedSubjects = {
  completionChannel: {
    direction: 'out',
    title: "a contest's `completion_channel`",
    description: 'The contest has ended, well or not: the same as `contestmachine.complete`.',
    payload: subjects.contestComplete.payload,
  },
  jobChannel: {
    direction: 'out',
    title: "a job's `channel`",
    description: 'The job has ended: its response.',
    payload: { name: 'JobResponse', schema: jobResponseSchema },
  },
  jobMessage: {
    direction: 'out',
    title: 'the `url` or `channel` of a `MESSAGE` job',
    description:
      'What the job was to publish: a text as it is, anything else as JSON. The message id is the id of the job.',
    payload: { name: 'Json', schema: jsonSchema },
  },
  prefixedRequest: {
    direction: 'to_agent',
    title: prefixed('request'),
    description: 'The arena asks an agent that has subjects of its own.',
    payload: subjects.agentRequest.payload,
  },
  prefixedResponse: {
    direction: 'from_agent',
    title: prefixed('response'),
    description: 'An agent that has subjects of its own answers. It is also the reply subject of the request.',
    payload: subjects.agentResponse.payload,
  },
  advanceReply: {
    direction: 'reply',
    title: 'the reply subject of a command to advance a contest',
    description: 'What became of the command.',
    payload: { name: 'AdvanceReply', schema: advanceReplySchema },
  },
  jobReply: {
    direction: 'reply',
    title: 'the reply subject of a job to make',
    description: 'The response of the job, or why it was not made.',
    payload: { name: 'JobReply', schema: jobReplySchema },
  },
} as const satisfies Readonly<Record<string, NamedSubject>>;

export type NamedSubjectName = keyof typeof namedSubjects;
export const namedSubjectNames = Object.keys(namedSubjects) as NamedSubjectName[];
