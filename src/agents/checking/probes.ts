/** The paces that an agent is put through, each a small conversation with what is to be said of it. In which order, and what for, is `check.ts`. */

import { canonicalText } from '../../protocol/canonical-text.ts';
import type { Json } from '../../protocol/json.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { readResponse } from '../../protocol/responses.ts';
import type { AskType, PromptType } from '../../protocol/states.ts';
import { type Consulting, consult, type Outcome } from './consult.ts';
import { costOf, type Finding, type Verdict } from './findings.ts';
import { askedAnew, freshly, healthQuestion, withHugeView } from './questions.ts';

export interface Bench extends Consulting {
  readonly participantId: string;
  /** Of this try, so that an agent that remembers has not met its jobs. */
  readonly run: string;
  readonly timeoutMs: number;
  readonly questions: ReadonlyMap<PromptType, readonly AgentRequest[]>;
}

/** A prompt that was answered well, with its answer: what is made difficult has to be possible when it is easy. */
export interface Answered {
  readonly request: AgentRequest;
  readonly data: Json;
}

/** An agent that cannot answer in this time should say that it is not done. */
const shortMs = 500;
/** How much longer an answer to a short or an odd question is waited for. */
const graceMs = 5_000;
const atOnce = 4;
const shownLength = 300;
const oddCommand = 'player_sing_a_song';

export async function probeHealth(bench: Bench, probe: string): Promise<Finding> {
  const question = freshly(healthQuestion(bench.participantId, null), probe, { ...bench, timeoutMs: healthMs });
  const outcome = await consult(bench, question);
  if (outcome.kind === 'fault') return faultFinding(probe, question, outcome);
  return finding(probe, question, 'fine', `it is well: ${shown(outcome.data)}`, outcome);
}

/** As long as the role call waits. */
const healthMs = 5_000;

/** The questions of a real contest, one after the other; with the ones that were answered well. */
export async function probePrompts(
  bench: Bench,
  promptType: PromptType,
): Promise<{ findings: Finding[]; answered: Answered[] }> {
  const findings: Finding[] = [];
  const answered: Answered[] = [];
  for (const request of bench.questions.get(promptType) ?? []) {
    const question = freshly(request, 'prompt', bench);
    const outcome = await consult(bench, question);
    findings.push(answerFinding('prompt', question, outcome));
    if (outcome.kind === 'answer') answered.push({ request: question, data: outcome.data });
  }
  return { findings, answered };
}

/** The same job and attempt: as after a crash of the arena, or when an answer was lost on its way. */
export async function probeRepeat(bench: Bench, { request, data }: Answered): Promise<Finding> {
  const outcome = await consult(bench, { ...request, deadline: bench.clock.now() + request.timeout_ms });
  if (outcome.kind === 'fault') return faultFinding('repeat', request, outcome);
  if (canonicalText(outcome.data) === canonicalText(data))
    return finding('repeat', request, 'fine', 'the same job and attempt get the same answer', outcome);
  return {
    ...finding('repeat', request, 'advice', 'the same job and attempt got another answer than before', outcome),
    cost: 'No fault: the arena takes the first answer that it gets. But a request that comes again because something was lost is worked out, and paid for, twice. Remember answers by `job_id` and `attempt`.',
    answered: shown(outcome.data),
  };
}

export async function probeRaised(bench: Bench, { request }: Answered): Promise<Finding> {
  const question = askedAnew({ ...request, deadline: bench.clock.now() + request.timeout_ms });
  const outcome = await consult(bench, question);
  if (outcome.kind === 'fault') return faultFinding('raised attempt', question, outcome);
  return finding('raised attempt', question, 'fine', 'told what was wrong at attempt 1, it answers attempt 2', outcome);
}

/** A judge is asked about all actions at once, and an agent may sit in many contests. */
export async function probeAtOnce(bench: Bench, { request }: Answered): Promise<Finding> {
  const questions = Array.from({ length: atOnce }, (_, index) => freshly(request, `at once ${index}`, bench));
  const outcomes = await Promise.all(questions.map((question) => consult(bench, question)));
  const bad = outcomes.find((outcome) => outcome.kind === 'fault');
  if (bad?.kind === 'fault') {
    const found = faultFinding('at once', request, bad);
    return { ...found, message: `of ${atOnce} requests that came at once, one went wrong: ${bad.message}` };
  }
  const slowest = outcomes.reduce((one, other) => (other.elapsedMs > one.elapsedMs ? other : one));
  return finding('at once', request, 'fine', `${atOnce} requests at once each get their own answer`, slowest);
}

export async function probeHugeView(bench: Bench, { request }: Answered): Promise<Finding> {
  const question = withHugeView(freshly(request, 'huge view', bench));
  const kib = Math.round(Buffer.byteLength(JSON.stringify(question)) / 1_024);
  const outcome = await consult(bench, question);
  if (outcome.kind === 'fault') {
    const found = faultFinding('huge view', question, outcome);
    return { ...found, message: `a view of ${kib} KiB, as long contests have: ${outcome.message}` };
  }
  return finding('huge view', question, 'fine', `a view of ${kib} KiB is no trouble`, outcome);
}

export async function probeShortDeadline(bench: Bench, { request }: Answered): Promise<Finding> {
  const probe = 'short deadline';
  const question = freshly(request, probe, { ...bench, timeoutMs: shortMs });
  const came = await bench.agent.ask(question, { patienceMs: shortMs + graceMs });
  const { elapsedMs } = came;
  const outcome = { elapsedMs };
  if (came.kind === 'body' && elapsedMs <= shortMs)
    return finding(probe, question, 'fine', `it keeps a time limit of ${shortMs} ms`, outcome);
  const what =
    came.kind === 'body'
      ? `with ${shortMs} ms to answer it answered after ${elapsedMs} ms`
      : `with ${shortMs} ms to answer it said nothing: ${came.message}`;
  return {
    ...finding(probe, question, 'advice', what, outcome),
    fault: 'timeout',
    cost: 'An answer after its `deadline` is recorded as `late` and counts for nothing. Answer `{"state": "pending", "delay": …}` in time, and the same question comes again.',
  };
}

export async function probeOddCommand(bench: Bench, { request }: Answered): Promise<Finding> {
  const probe = 'unknown command';
  const question = { ...freshly(request, probe, bench), command: oddCommand };
  const came = await bench.agent.ask(question, { patienceMs: Math.min(bench.timeoutMs, graceMs) });
  const { elapsedMs } = came;
  const found = (verdict: Verdict, message: string) => ({
    ...finding(probe, request, verdict, message, { elapsedMs }),
    command: null,
    round_no: null,
  });
  if (came.kind === 'fault') {
    if (came.fault === 'refused') return found('fine', 'it refuses a command that it does not know');
    return {
      ...found('advice', `asked for ${oddCommand}, which there is not, it said nothing`),
      cost: 'No fault today. But whoever asks it something that it does not answer waits for the whole time limit. Answer `{"state": "fail", "message": …}`.',
    };
  }
  const read = readResponse(came.body, { jobId: question.job_id });
  if (read.ok && read.response.state === 'fail')
    return found('fine', `it refuses a command that it does not know: ${read.response.message ?? ''}`);
  return {
    ...found('advice', `asked for ${oddCommand}, which there is not, it did not say fail`),
    cost: 'No fault today. But an answer to a question that was not understood is held against whoever gave it.',
    answered: came.body.slice(0, shownLength),
  };
}

/** An answer that is read, with what could be better about it. */
function answerFinding(probe: string, request: AgentRequest, outcome: Outcome): Finding {
  if (outcome.kind === 'fault') return faultFinding(probe, request, outcome);
  const said = shown(outcome.data);
  const pendings = outcome.pendings === 0 ? '' : ` (after saying pending ${outcome.pendings} times)`;
  if (!outcome.altered) return finding(probe, request, 'fine', `${said}${pendings}`, outcome);
  return {
    ...finding(probe, request, 'advice', `its answer had to be cut out, unwrapped or repaired: ${said}`, outcome),
    cost: 'No fault: it is read. But the next one may be beyond repair; answer with `data` as plain JSON of the shape that is asked for.',
  };
}

function faultFinding(probe: string, request: AgentRequest, outcome: Extract<Outcome, { kind: 'fault' }>): Finding {
  const { fault, message, body } = outcome;
  return {
    ...finding(probe, request, 'wrong', message, outcome),
    fault,
    cost: costOf(fault, request.command),
    answered: body === null ? null : body.slice(0, shownLength),
  };
}

function finding(
  probe: string,
  { command, round_no }: { command: AskType; round_no: number | null },
  verdict: Verdict,
  message: string,
  { elapsedMs }: { elapsedMs: number },
): Finding {
  return { probe, command, round_no, verdict, message, fault: null, cost: '', answered: null, latency_ms: elapsedMs };
}

function shown(data: Json): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
