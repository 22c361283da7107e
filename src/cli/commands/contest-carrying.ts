/** `arena contest snapshot|restore|fork|restart`: contests taken elsewhere as one document, forked, a round played again. */
import { z } from 'zod';
import type { Json } from '../../protocol/json.ts';
import { type Context, note, printJson, UsageError } from '../context.ts';
import { jsonIn, textOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';
import { inOptions } from '../option-names.ts';
import { writeOutput } from '../output.ts';

type Carried = Extract<InvocationOf<'contest'>, { verb: 'snapshot' | 'fork' | 'restart' }>;
type Fork = Extract<Carried, { verb: 'fork' }>;

/** What a fork or a restart has made is printed by the caller, as after every other command; a snapshot prints itself. */
export async function carryContest(invocation: Carried, context: Context): Promise<object | null> {
  const client = context.client(invocation.url);
  const { contests } = client.arena;
  const id = await client.idOf('contest', invocation.id);
  switch (invocation.verb) {
    case 'snapshot': {
      const document = await contests.snapshot(id);
      if (invocation.output === undefined) printJson(context.terminal, document);
      else {
        await writeOutput(invocation.output, `${JSON.stringify(document)}\n`);
        note(context.terminal, `${invocation.output}: contest ${id}`);
      }
      return null;
    }
    case 'fork':
      return inOptions(contests.fork(id, { round_no: invocation.round, overrides: overridesOf(invocation) }), {
        fields: fieldsOf(invocation),
      });
    case 'restart': {
      const { current_round: newest } = await client.contest(id);
      if (newest === null) throw new UsageError(`Contest ${id} has no round yet.`);
      return contests.restartRound(id, newest);
    }
    default:
      return invocation satisfies never;
  }
}

export async function restoreContest({ url, file, asNew }: InvocationOf<'restore'>, context: Context): Promise<Json> {
  const client = context.client(url);
  const document = await documentIn(file, context);
  const restored = client.post(`/api/contest/restore?as_new=${asNew}`, document);
  return inOptions(restored, { words: { 'as_new=true': '--as-new' } });
}

/** What the fields of a fork were typed as. */
function fieldsOf({ participants, seed, maxRounds, rules }: Fork): Record<string, string> {
  return {
    round_no: '--round',
    overrides: '--data',
    ...(Object.keys(participants).length > 0 && { 'overrides.participants': '--participant' }),
    ...(seed !== undefined && { 'overrides.seed': '--seed' }),
    ...(maxRounds !== undefined && { 'overrides.max_rounds': '--max-rounds' }),
    ...(rules !== undefined && { 'overrides.arena.rules': '--rules' }),
  };
}

/** What is named by an option of its own goes before what `--data` says of it, and leaves the rest of that. */
function overridesOf({ data, participants, seed, maxRounds, rules }: Fork): object {
  const given = data === undefined ? {} : givenOverrides(jsonIn(data, '--data'));
  return {
    ...given,
    ...(Object.keys(participants).length > 0 && { participants: { ...given.participants, ...participants } }),
    ...(seed !== undefined && { seed }),
    ...(maxRounds !== undefined && { max_rounds: maxRounds }),
    ...(rules !== undefined && { arena: { ...given.arena, rules } }),
  };
}

const anyObject = z.looseObject({});
/** As much as is needed to add to them; the server checks the rest. */
const overridesSchema = z.looseObject({ participants: anyObject.optional(), arena: anyObject.optional() });

function givenOverrides(value: Json): z.infer<typeof overridesSchema> {
  const read = overridesSchema.safeParse(value);
  if (read.success) return read.data;
  const wrong = read.error.issues.map(({ path, message }) => `${['--data', ...path].join('.')}: ${message}`);
  throw new UsageError(wrong.join('; '), { cause: read.error });
}

async function documentIn(file: string, context: Context): Promise<Json> {
  return jsonIn(await textOf(file, context), file === '-' ? 'standard input' : file);
}
