/** What comes in from the bus as a command to the arena: advancing a contest, making a job. Its own notices never come back, for it has no echo. */
import type { Contests } from '../actors/contests.ts';
import type { Jobs } from '../actors/jobs.ts';
import type { Log } from '../actors/runtime/ports.ts';
import type { AdvanceReply, JobReply } from '../protocol/commands.ts';
import { ArenaError, errorCodes } from '../protocol/errors.ts';
import { readJsonBody } from '../protocol/json-body.ts';
import { limits } from '../protocol/limits.ts';
import { parseIncoming, subjects } from '../protocol/subjects.ts';
import type { BusConnection, BusMessage } from './bus.ts';
import type { CommandCounts } from './command-counts.ts';

export interface CommandsOptions {
  readonly bus: BusConnection;
  readonly contests: Pick<Contests, 'act'>;
  readonly jobs: Pick<Jobs, 'makeJob'>;
  readonly log: Log;
  /** Where what comes is counted, for those who ask how the service is doing. */
  readonly counts?: Readonly<Record<CommandName, CommandCounts>>;
}

export type CommandName = 'advance' | 'job';

/** What becomes of a command: what is answered, and why it was not carried out. */
interface Outcome<Answer = AdvanceReply | JobReply> {
  readonly answer: Answer;
  readonly error?: unknown;
}

const internalMessage = 'the arena failed at this command';

export function takeCommands({ bus, contests, jobs, log, counts }: CommandsOptions): void {
  bus.subscribe(subjects.contestAdvance.wildcard, (message) => {
    const parsed = parseIncoming(message.subject);
    if (parsed?.name !== 'contestAdvance') return;
    const { contest, state, job } = parsed.parameters;
    void take('advance', message, { contest, state, job }, () => advanced(contest, state, job));
  });
  bus.subscribe(subjects.jobRequest.wildcard, (message) => {
    void take('job', message, {}, () => jobMade(message));
  });

  async function take(
    name: CommandName,
    message: BusMessage,
    told: object,
    carryOut: () => Promise<Outcome>,
  ): Promise<void> {
    const ended = counts?.[name].began();
    const { answer, error } = await carryOut();
    ended?.(error === undefined ? null : isRefusal(error) ? error.message : internalMessage);
    const command = { subject: message.subject, ...told };
    if (error !== undefined && isRefusal(error))
      log.info({ ...command, reason: error.message }, 'a command from the bus was refused');
    else if (error !== undefined) log.error({ ...command, err: error }, 'a command from the bus failed');
    if (message.reply === null) return;
    try {
      bus.publish(message.reply, JSON.stringify(answer));
    } catch (problem) {
      log.warn({ ...command, err: problem }, 'what became of a command could not be told');
    }
  }

  async function advanced(contest: string, state: string, job: string): Promise<Outcome<AdvanceReply>> {
    try {
      // Without the state: a job is done once, whatever state it names the second time.
      const commandId = `advance/${contest}/${job}`;
      const document = await contests.act(contest, 'advance', { commandId, onlyIn: state });
      return { answer: { job_id: job, state: 'complete', data: { state: document.state } } };
    } catch (error) {
      const message = isRefusal(error) ? error.message : internalMessage;
      return { answer: { job_id: job, state: 'fail', message }, error };
    }
  }

  async function jobMade(message: BusMessage): Promise<Outcome<JobReply>> {
    try {
      return { answer: await jobs.makeJob(bodyOf(message), { causedBy: message.headers.traceparent ?? null }) };
    } catch (error) {
      return { answer: { error: problemOf(error) }, error };
    }
  }
}

function isRefusal(error: unknown): error is ArenaError {
  return error instanceof ArenaError && error.code !== 'internal';
}

function bodyOf({ data }: BusMessage): unknown {
  if (data.length > limits.bodyBytes)
    throw new ArenaError({ code: 'too_large', message: `the body is larger than ${limits.bodyBytes} bytes` });
  return readJsonBody(data);
}

/** Why a command was refused, in the words that HTTP would use. */
function problemOf(error: unknown): Extract<JobReply, { error: object }>['error'] {
  if (!isRefusal(error)) return { status: errorCodes.internal, detail: internalMessage };
  const problems = error.problems.length > 0 ? { errors: error.problems } : {};
  return { status: errorCodes[error.code], detail: error.message, ...problems };
}
