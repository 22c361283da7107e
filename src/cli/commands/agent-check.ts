/** `arena agent check`: what is found out about an agent, as it is found, and a summary. Exits with 1 when something is wrong. */
import { type CheckReport, checkAgent } from '../../agents/checking/check.ts';
import type { Finding, Verdict } from '../../agents/checking/findings.ts';
import { type Context, note, printJson, printLine, type Status } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { createPalette, type Palette } from '../live/palette.ts';
import { clean, cut, padEnd, wrap } from '../live/text.ts';
import { playedRequests } from '../played-requests.ts';
import { addressOfAgent, reachAgent } from '../reaching-agents.ts';
import { wantsColors } from '../terminal.ts';

/** For agents that are known by their address only. */
const namelessId = 'the-checked-agent';

export async function runAgentCheck(invocation: InvocationOf<'agent_check'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const address = await addressOfAgent(invocation.agent, invocation, context);
  const participantId = invocation.id ?? address.participantId ?? namelessId;
  const roles = invocation.roles ?? [address.role ?? 'player'];
  const agent = await reachAgent({ ...address, participantId }, invocation, context);
  const paint = createPalette(wantsColors(terminal.out, terminal.env));
  try {
    if (!invocation.json)
      note(terminal, `Checking ${address.name ?? participantId} at ${agent.address} as ${roles.join(', ')}.\n`);
    const report = await checkAgent({
      agent,
      participantId,
      roles,
      played: await playedRequests(context, invocation.game),
      clock: terminal.clock,
      timeoutMs: invocation.timeout,
      ...(invocation.json ? {} : { onFinding: (finding) => printLine(terminal, findingText(finding, paint)) }),
    });
    if (invocation.json) printJson(terminal, report);
    else printLine(terminal, `\n${summaryOf(report, paint)}`);
    return report.verdict === 'wrong' ? 1 : 0;
  } finally {
    await agent.close();
  }
}

const marks: Readonly<Record<Verdict, { symbol: string; colour: (paint: Palette) => (text: string) => string }>> = {
  fine: { symbol: '✓', colour: (paint) => paint.good },
  advice: { symbol: '!', colour: (paint) => paint.feature },
  wrong: { symbol: '✗', colour: (paint) => paint.bad },
};

const columns = 110;
const titleWidth = 46;

function findingText(finding: Finding, paint: Palette): string {
  const { verdict, message, latency_ms: latency, cost, answered } = finding;
  const { symbol, colour } = marks[verdict];
  const head = `${colour(paint)(symbol)} ${padEnd(titleOf(finding), titleWidth)}${paint.dim(latency === null ? '' : `${latency} ms`)}`;
  if (verdict === 'fine') return `${head}\n    ${paint.dim(cut(clean(message), columns))}`;
  const lines = [...wrap(message, columns), ...wrap(cost, columns)].map((line) => `    ${line}`);
  const said = answered === null ? [] : [`    ${paint.dim(`It said: ${cut(clean(answered), columns)}`)}`];
  return [head, ...lines, ...said].join('\n');
}

function titleOf({ probe, command, round_no: roundNo }: Finding): string {
  if (command === null || command === 'health') return probe;
  const where = roundNo === null ? '' : `, round ${roundNo}`;
  return probe === 'prompt' ? `${command}${where}` : `${probe}: ${command}`;
}

function summaryOf({ counts, verdict }: CheckReport, paint: Palette): string {
  const told: Record<Verdict, string> = {
    wrong: `${counts.wrong} ${counts.wrong === 1 ? 'thing is' : 'things are'} wrong, ${counts.advice} could be better, ${counts.fine} fine.`,
    advice: `Nothing is wrong, ${counts.advice} could be better, ${counts.fine} fine.`,
    fine: `All ${counts.fine} fine.`,
  };
  return marks[verdict].colour(paint)(told[verdict]);
}
