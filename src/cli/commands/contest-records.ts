/** `arena contest replay|verify|export`: what is on record of a contest, shown again, checked, taken away. */
import { auditSchema } from '../../protocol/audit.ts';
import { type Context, note, printJson, printLine, type Status, UsageError } from '../context.ts';
import type { InvocationOf } from '../invocation.ts';
import { openReplay, showReplay } from '../live/replay.ts';
import { writeOutput } from '../output.ts';

type Recorded = Extract<InvocationOf<'contest'>, { verb: 'replay' | 'verify' | 'export' }>;

export async function runContestRecord(invocation: Recorded, context: Context): Promise<Status> {
  const client = context.client(invocation.url);
  const id = await client.idOf('contest', invocation.id);
  switch (invocation.verb) {
    case 'replay': {
      const { speed, json } = invocation;
      await showReplay(await openReplay(client, id), context.terminal, { speed, json });
      return 0;
    }
    case 'verify':
      return verify(id, invocation, context);
    case 'export':
      return exportTurns(id, invocation, context);
    default:
      return invocation satisfies never;
  }
}

async function verify(id: string, { url, json }: Recorded, context: Context): Promise<Status> {
  const { terminal } = context;
  const audit = auditSchema.parse(await context.client(url).arena.contests.audit(id));
  if (json) printJson(terminal, audit);
  else {
    const { entries, requests, views, views_of_other_versions: others } = audit;
    const counted = `${entries} entries, ${requests} requests, ${views} views`;
    const notMade =
      others > 0 ? `; ${others} views are of another version of the program and cannot be made again` : '';
    printLine(terminal, `${id}: ${audit.ok ? 'holds' : 'does not hold'} (${counted}${notMade})`);
    for (const { position, stream, problem } of audit.problems)
      printLine(terminal, `entry ${position}${stream ? ` of ${stream}` : ''}: ${problem}`);
  }
  return audit.ok ? 0 : 1;
}

async function exportTurns(id: string, invocation: Recorded & { verb: 'export' }, context: Context): Promise<Status> {
  const { format, output } = invocation;
  const { terminal } = context;
  if (format === 'parquet' && output === undefined && terminal.out.isTTY)
    throw new UsageError('Parquet is not for reading: name a file with --output.');
  const bytes = await context.client(invocation.url).arena.contests.export(id, format);
  if (output === undefined) terminal.out.write(format === 'parquet' ? bytes : new TextDecoder().decode(bytes));
  else {
    await writeOutput(output, bytes);
    note(terminal, `${output}: ${bytes.length} bytes`);
  }
  return 0;
}
