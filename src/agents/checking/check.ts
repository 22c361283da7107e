/** Puts an agent through its paces and says what was found. How it is reached is the port's, what is asked of it `probes.ts`. */
import type { Clock } from '../../actors/runtime/ports.ts';
import { randomId } from '../../protocol/ids.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { pendingFactor } from '../../protocol/pending.ts';
import type { PromptType, Role } from '../../protocol/states.ts';
import type { AskedAgent } from './asked-agent.ts';
import type { Finding, Verdict } from './findings.ts';
import {
  type Answered,
  type Bench,
  probeAtOnce,
  probeHealth,
  probeHugeView,
  probeOddCommand,
  probePrompts,
  probeRaised,
  probeRepeat,
  probeShortDeadline,
} from './probes.ts';
import { questionsFor } from './questions.ts';

export interface CheckOptions {
  readonly agent: AskedAgent;
  readonly participantId: string;
  readonly roles: readonly Role[];
  /** Requests of a contest that was played, of every role that is checked. */
  readonly played: readonly AgentRequest[];
  readonly clock: Clock;
  /** For each answer. */
  readonly timeoutMs: number;
  /** Told of each finding as it is made. */
  readonly onFinding?: (finding: Finding) => void;
}

/** Printed as JSON as it is. */
export interface CheckReport {
  readonly participant_id: string;
  readonly address: string;
  readonly roles: readonly Role[];
  /** The worst of all. */
  readonly verdict: Verdict;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly findings: readonly Finding[];
}

/** For each prompt type that it answers. */
const difficult = [probeRepeat, probeRaised, probeHugeView];
/** Once: they are about the agent, and not about what it is asked. */
const unusual = [probeAtOnce, probeShortDeadline, probeOddCommand];

export async function checkAgent(options: CheckOptions): Promise<CheckReport> {
  const { agent, participantId, roles, played, clock, timeoutMs, onFinding } = options;
  const findings: Finding[] = [];
  const note = (finding: Finding): Finding => {
    findings.push(finding);
    onFinding?.(finding);
    return finding;
  };
  const bench: Bench = {
    agent,
    clock,
    participantId,
    timeoutMs,
    pendingMaxMs: pendingFactor * timeoutMs,
    run: randomId(),
    questions: questionsFor(played, roles, participantId),
  };

  const health = note(await probeHealth(bench, 'health'));
  // Where nobody is, nothing else can be found out.
  if (health.fault !== 'unreachable') await probeAll(bench, note);
  return {
    participant_id: participantId,
    address: agent.address,
    roles,
    ...summed(findings),
    findings,
  };
}

async function probeAll(bench: Bench, note: (finding: Finding) => Finding): Promise<void> {
  let example: Answered | null = null;
  for (const promptType of bench.questions.keys()) {
    const answered = await probeType(bench, promptType, note);
    example ??= answered;
  }
  if (example) for (const probe of unusual) note(await probe(bench, example));
  note(await probeHealth(bench, 'still there'));
  const surplus = bench.agent.surplus();
  if (surplus > 0) note(answeredTwice(surplus));
}

/** The last question that was answered well, made difficult. */
async function probeType(
  bench: Bench,
  promptType: PromptType,
  note: (finding: Finding) => Finding,
): Promise<Answered | null> {
  const { findings, answered } = await probePrompts(bench, promptType);
  for (const finding of findings) note(finding);
  const last = answered.at(-1) ?? null;
  if (last) for (const probe of difficult) note(await probe(bench, last));
  return last;
}

function answeredTwice(surplus: number): Finding {
  return {
    probe: 'one answer',
    command: null,
    round_no: null,
    verdict: 'advice',
    message: `${surplus} ${surplus === 1 ? 'answer' : 'answers'} came to requests that had been answered already, or had not been made`,
    fault: null,
    cost: 'No fault: the first answer counts. But perhaps two programs answer for the same participant; of several with the same NATS queue group, one is asked.',
    answered: null,
    latency_ms: null,
  };
}

function summed(findings: readonly Finding[]): Pick<CheckReport, 'verdict' | 'counts'> {
  const count = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const counts = { fine: count('fine'), advice: count('advice'), wrong: count('wrong') };
  return { verdict: counts.wrong > 0 ? 'wrong' : counts.advice > 0 ? 'advice' : 'fine', counts };
}
