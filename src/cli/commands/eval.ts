/**
 * `arena eval run|report`: compares models on recorded requests; exits with 1 when a model has answered nothing at all. `exchange` plays a
 * contest again with another model in one seat.
 */
import { z } from 'zod';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import {
  type EvaluationDocument,
  type EvaluationReport,
  evaluationReportSchema,
  evaluationRunSchema,
  evaluationSchema,
} from '../../protocol/evaluation.ts';
import { isId } from '../../protocol/ids.ts';
import type { Json } from '../../protocol/json.ts';
import { type Context, note, printJson, printLine, type Status, UsageError } from '../context.ts';
import { ClientError, type HttpClient } from '../http-client.ts';
import { inputOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';
import { tableText } from '../live/table.ts';
import { inOptions } from '../option-names.ts';
import { pause } from '../pause.ts';
import { seatNamed } from '../seats.ts';

type Eval = InvocationOf<'eval'>;
type Row = EvaluationReport['models'][number] & { readonly prompt_type?: string };

const pollMs = 500;
const shownLength = 60;

export async function runEval(invocation: Eval, context: Context): Promise<Status> {
  const client = context.client(invocation.url);
  if (invocation.verb === 'report') {
    const run = invocation.run === 'latest' ? await newestRun(client) : invocation.run;
    const report = await reportNamed(client, run);
    const answers = invocation.answers ? await answersOf(client, run) : null;
    return shown(report, answers, invocation, context);
  }
  if (invocation.verb === 'exchange') return exchange(invocation, client, context);
  const { models, prompts, rounds, seats, judge, strategy } = invocation;
  const asked = client.post('/api/evaluation', {
    ...(await questions(invocation, client, context)),
    models,
    ...(prompts === undefined ? {} : { prompt_types: prompts }),
    ...(rounds.length === 0 ? {} : { rounds }),
    ...(seats === undefined ? {} : { participant_ids: seats }),
    ...(judge === undefined ? {} : { judge_model: judge }),
    ...(strategy === undefined ? {} : { strategy_id: strategy }),
  });
  const begun = evaluationReportSchema.parse(await inOptions(asked, { fields: optionOfField }));
  return shown(await ended(begun, client, context), null, invocation, context);
}

const optionOfField: Readonly<Record<string, string>> = {
  requests: '--request',
  models: '--models',
  prompt_types: '--prompts',
  rounds: '--rounds',
  participant_ids: '--seats',
  judge_model: '--judge',
  strategy_id: '--strategy',
  model: '--model',
  participant_id: '--seat',
};

/** What the models are asked: everything that a contest has asked, or what is given. */
async function questions(
  { contest, request }: Extract<Eval, { verb: 'run' }>,
  client: HttpClient,
  context: Context,
): Promise<{ contest_id: string } | { requests: Json[] }> {
  if (contest !== undefined && request === undefined) {
    const id = await client.idOf('contest', contest);
    if (isId(id)) return { contest_id: id };
    const words = 'an id is at least three words joined by "-"';
    throw new UsageError(
      `There is no contest "${id}" at ${client.url}: ${words}. Requests in a file are put with --request ${id}.`,
    );
  }
  if (request === undefined || contest !== undefined) throw new UsageError('Give either a contest or --request.');
  const requests: Json[] = [];
  for (const file of request) requests.push(await inputOf(file, undefined, context));
  return { requests };
}

async function exchange(
  { contest: named, seat, model, start, json }: Extract<Eval, { verb: 'exchange' }>,
  client: HttpClient,
  { terminal }: Context,
): Promise<Status> {
  const id = await client.idOf('contest', named);
  const contest = await client.contest(id);
  const asked = { contest_id: id, participant_id: seatNamed(contest, seat).id, model, start };
  const exchanged = inOptions(client.arena.evaluations.exchange(asked), { fields: optionOfField });
  const copy = contestDocumentSchema.parse(await exchanged);
  if (json) printJson(terminal, copy);
  else printLine(terminal, copy.id);
  return 0;
}

/** Asks until the run has ended, or the person has enough; the run goes on without being watched. */
async function ended(begun: EvaluationReport, client: HttpClient, { terminal }: Context): Promise<EvaluationReport> {
  const { run } = begun;
  let report = begun;
  let told = '';
  while (report.state === 'running' && !terminal.signal.aborted) {
    const progress = `${run}: ${sum(report.models, 'ended')} of ${sum(report.models, 'answers')} answers`;
    if (progress !== told) note(terminal, progress);
    told = progress;
    await pause(terminal.clock, pollMs, terminal.signal);
    report = await reportOf(client, run);
  }
  if (report.state === 'running') note(terminal, `It goes on; see: arena eval report ${run}`);
  return report;
}

async function newestRun(client: HttpClient): Promise<string> {
  const [newest] = z
    .array(evaluationRunSchema)
    .parse(await client.arena.evaluations.runs({ order: 'newest', limit: 1 }));
  if (!newest) throw new ClientError('There is no evaluation yet.', 404);
  return newest.run;
}

/** What a person has asked for by its id. */
async function reportNamed(client: HttpClient, run: string): Promise<EvaluationReport> {
  try {
    return await reportOf(client, run);
  } catch (error) {
    if (!(error instanceof ClientError) || error.status !== 404) throw error;
    const message = `There is no evaluation "${run}" at ${client.url}: give the id that stands above its table, or latest.`;
    throw new ClientError(message, 404, [], { cause: error });
  }
}

async function reportOf(client: HttpClient, run: string): Promise<EvaluationReport> {
  return evaluationReportSchema.parse(await client.arena.evaluations.report(run));
}

async function answersOf(client: HttpClient, run: string): Promise<EvaluationDocument[]> {
  return z.array(evaluationSchema).parse(await client.list('evaluation', { run }));
}

function shown(
  report: EvaluationReport,
  answers: readonly EvaluationDocument[] | null,
  { json }: Eval,
  { terminal }: Context,
): Status {
  if (json) printJson(terminal, answers === null ? report : { ...report, rows: answers });
  else {
    const { columns } = terminal.out;
    printLine(terminal, `${report.run} (${report.state})\n${figuresTable(report.models, columns)}`);
    if (new Set(report.prompt_types.map((row) => row.prompt_type)).size > 1)
      printLine(terminal, figuresTable(report.prompt_types, columns));
    if (answers !== null) printLine(terminal, answersTable(answers, columns));
  }
  const isMute = (row: Row) => row.answers > 0 && row.failed === row.answers;
  return report.models.some(isMute) ? 1 : 0;
}

/** Figures by the heads of their columns. */
const figures: Readonly<Record<string, (row: Row) => string>> = {
  answers: ({ ended: done, answers }) => (done === answers ? String(answers) : `${done} of ${answers}`),
  failed: ({ failed }) => String(failed),
  readable: ({ readable }) => percent(readable),
  shaped: ({ shaped }) => percent(shaped),
  legal: ({ legal }) => percent(legal),
  mark: ({ mark }) => mark?.toFixed(1) ?? '–',
  tokens: ({ input_tokens: input, output_tokens: output }) => `${input} + ${output}`,
  'cost, USD': ({ cost_usd: cost }) => cost?.toFixed(6) ?? '–',
  'median ms': ({ latency_ms: latency }) => (latency === null ? '–' : String(Math.round(latency))),
};

function figuresTable(rows: readonly Row[], columns: number | undefined): string {
  const byPrompt = rows.some((row) => row.prompt_type !== undefined);
  return tableText(
    ['model', ...(byPrompt ? ['prompt'] : []), ...Object.keys(figures)],
    rows.map((row) => [
      row.model,
      ...(byPrompt ? [row.prompt_type ?? ''] : []),
      ...Object.values(figures).map((figure) => figure(row)),
    ]),
    { columns, cellLength: shownLength },
  );
}

function answersTable(answers: readonly EvaluationDocument[], columns: number | undefined): string {
  return tableText(
    ['model', 'prompt', 'round', 'legal', 'mark', 'answer', 'reason'],
    answers.map((one) => [
      one.model,
      one.prompt_type,
      one.round_no === null ? '' : String(one.round_no + 1),
      one.legal === null ? '–' : one.legal ? 'yes' : 'no',
      one.mark?.toFixed(1) ?? '–',
      one.answer ?? one.message,
      one.reason ?? (one.answer === null ? '' : one.message),
    ]),
    { columns, cellLength: shownLength },
  );
}

function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(100 * share)} %`;
}

function sum(rows: readonly Row[], figure: 'ended' | 'answers'): number {
  return rows.reduce((total, row) => total + row[figure], 0);
}
