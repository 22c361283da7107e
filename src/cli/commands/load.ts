/** `arena load <dir>`: makes all that a folder describes, each participant with a strategy of its role, and the contests. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { shuffled } from '../../protocol/random.ts';
import { type Role, roles } from '../../protocol/states.ts';
import { type Context, note, printJson, printLine, type Status, UsageError } from '../context.ts';
import { ClientError, type HttpClient } from '../http-client.ts';
import { jsonIn, textOf } from '../input.ts';
import type { InvocationOf } from '../invocation.ts';

const kinds = ['participant', 'arena', 'strategy', 'contest'] as const;
type Kind = (typeof kinds)[number];

interface Described {
  readonly file: string;
  readonly content: Record<string, unknown>;
}
interface Made extends Described {
  readonly id: string;
}

const contentSchema = z.record(z.string(), z.unknown());
const withRole = z.looseObject({ role: z.enum(roles) });
const agentSchema = z.looseObject({ model: z.string().optional(), strategy_id: z.string().optional() });
const madeSchema = z.looseObject({ id: z.string() });

/** One of each, the first by file name; an arena agent only where there is one. */
const soleRoles: readonly Role[] = ['judge', 'arena', 'announcer'];

export async function runLoad(invocation: InvocationOf<'load'>, context: Context): Promise<Status> {
  const { terminal } = context;
  const folder = await readFolder(invocation.dir, context);
  const client = context.client(invocation.url);

  const participants: Made[] = [];
  for (const one of folder.participant) {
    // Its agent is made below, once there are strategies.
    const { agent: _agent, ...participant } = one.content;
    participants.push(await make(client, 'participant', { ...one, content: participant }, one.content));
  }
  const arenas = await makeAll(client, 'arena', folder.arena);
  const strategies = await makeAll(client, 'strategy', folder.strategy);
  const agents = await giveStrategies(client, participants, strategies);
  const contests: Made[] = [];
  const wanted = folder.contest.flatMap((settings) => arenas.map((arena) => ({ settings, arena })));
  for (let time = 1; time <= invocation.repeat; time += 1) {
    for (const { settings, arena } of wanted) {
      const participant_ids = seatsFor(participants, invocation, contests.length);
      const content = {
        ...settings.content,
        arena_id: arena.id,
        participant_ids,
        ...(invocation.start && { start: true }),
      };
      contests.push(await make(client, 'contest', { file: `${settings.file} on ${arena.file}`, content }));
    }
  }

  const made = { participant: participants, arena: arenas, strategy: strategies, agent: agents, contest: contests };
  const ids = Object.fromEntries(Object.entries(made).map(([kind, list]) => [kind, list.map((one) => one.id)]));
  if (invocation.json) printJson(terminal, ids);
  else
    for (const [kind, list] of Object.entries(made))
      for (const one of list) printLine(terminal, `${kind} ${one.id} (${one.file})`);
  if (contests.length === 0)
    note(terminal, 'No contest was made: that takes at least one contest-*.json and one arena-*.json.');
  return 0;
}

/** Everything is read before anything is made. */
async function readFolder(dir: string, context: Context): Promise<Record<Kind, Described[]>> {
  const names = await readdir(dir).catch((error: Error) => {
    throw new UsageError(`${dir} cannot be read: ${error.message}`, { cause: error });
  });
  const folder: Record<Kind, Described[]> = { participant: [], arena: [], strategy: [], contest: [] };
  for (const kind of kinds) {
    const files = names.filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.json')).sort();
    for (const file of files) folder[kind].push({ file, content: await readObject(join(dir, file), context) });
  }
  if (kinds.every((kind) => folder[kind].length === 0)) {
    throw new UsageError(`There is no ${kinds.map((kind) => `${kind}-*.json`).join(', ')} in ${dir}.`);
  }
  return folder;
}

async function readObject(file: string, context: Context): Promise<Record<string, unknown>> {
  const read = contentSchema.safeParse(jsonIn(await textOf(file, context), file));
  if (!read.success) throw new UsageError(`${file} does not hold a JSON object.`, { cause: read.error });
  return read.data;
}

async function makeAll(client: HttpClient, kind: string, list: readonly Described[]): Promise<Made[]> {
  const made: Made[] = [];
  for (const one of list) made.push(await make(client, kind, one));
  return made;
}

/** What the file says, kept beside the id, may be more than what was sent. */
async function make(client: HttpClient, kind: string, one: Described, content = one.content): Promise<Made> {
  try {
    const { id } = madeSchema.parse(await client.post(`/api/${kind}`, one.content));
    return { file: one.file, content, id };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new ClientError(`${one.file}: ${error.message}`, error.status, error.problems, { cause: error });
  }
}

/** The strategies of a role go round its participants in order of their file names. What a participant's own file says stays. */
async function giveStrategies(client: HttpClient, participants: readonly Made[], strategies: readonly Made[]) {
  const given = new Map<Role, number>();
  const agents: Made[] = [];
  for (const participant of participants) {
    const { role } = withRole.parse(participant.content);
    const own = agentSchema.safeParse(participant.content.agent).data;
    const fitting = strategies.filter((strategy) => withRole.parse(strategy.content).role === role);
    const turn = given.get(role) ?? 0;
    given.set(role, turn + 1);
    const strategy = fitting[turn % Math.max(1, fitting.length)];
    if (!own && !strategy) continue;
    const content = { participant_id: participant.id, ...(strategy && { strategy_id: strategy.id }), ...own };
    agents.push(
      await make(client, 'agent', { file: `${participant.file} with ${strategy?.file ?? 'no strategy'}`, content }),
    );
  }
  return agents;
}

/** The first of each role that is needed once, and players drawn by the seed, others for each contest. */
function seatsFor(
  participants: readonly Made[],
  { players, seed }: { players: number; seed: number },
  contestNo: number,
): string[] {
  const ofRole = (role: Role) => participants.filter((one) => withRole.parse(one.content).role === role);
  const candidates = ofRole('player');
  if (candidates.length < players) {
    throw new UsageError(`${players} players were asked for; the folder has ${candidates.length}.`);
  }
  const drawn = shuffled(candidates, seed, 'load', contestNo).slice(0, players);
  return [...drawn, ...soleRoles.flatMap((role) => ofRole(role).slice(0, 1))].map((one) => one.id);
}
