/** `arena demo`: a whole arena in this process and one bundled game in the terminal, at a speed that can be read along. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundledGame, bundledGames } from '../../agents/games/games.ts';
import type { Client, ContestInput } from '../../client/client.ts';
import { type ContestDocument, contestDocumentSchema } from '../../protocol/contest.ts';
import { ArenaError } from '../../protocol/errors.ts';
import { type Arena, type Context, note, printJson, printLine, type Status, UsageError } from '../context.ts';
import type { HttpClient } from '../http-client.ts';
import type { InvocationOf } from '../invocation.ts';
import { paceContest } from '../live/pace.ts';
import { createShow, silentShow, watchContest } from '../live/watch.ts';
import { aborted } from '../pause.ts';
import { isScreen } from '../terminal.ts';

const portsTried = 20;

export async function runDemo(invocation: InvocationOf<'demo'>, context: Context): Promise<Status> {
  const game = gameNamed(invocation.game);
  const { arena, forget } = await startArena(context);
  try {
    const client = context.client(arena.url ?? undefined);
    const { contest, again } = await play(invocation, context, client, game);
    if (!invocation.once && !context.terminal.signal.aborted) {
      printLine(context.terminal, `\n${farewell(client.url, again)}`);
      await aborted(context.terminal.signal);
    }
    return contest.state === 'fail' ? 1 : 0;
  } finally {
    await arena.close();
    await forget();
  }
}

function gameNamed(name: string | undefined): BundledGame {
  const [first] = bundledGames;
  const game = name === undefined ? first : bundledGames.find((one) => one.name === name);
  if (game) return game;
  const names = bundledGames.map((one) => one.name).join(', ');
  throw new UsageError(`There is no bundled game "${name}". There are: ${names}.`);
}

/** On the configured port or the next that is free; in a database that goes with the demo unless one is configured. */
async function startArena(context: Context): Promise<{ arena: Arena; forget(): Promise<void> }> {
  const { env } = context.terminal;
  const config = context.config();
  const keeps = env.ARENA_DB_URL !== undefined || env.ARENA_CONFIG !== undefined;
  const folder = keeps ? null : await mkdtemp(join(tmpdir(), 'arena-demo-'));
  const forget = async () => {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  const db_url = folder === null ? config.db_url : `sqlite:${join(folder, 'arena.db')}`;
  const log = env.ARENA_LOG_LEVEL === undefined ? { ...config.log, level: 'error' as const } : config.log;
  const createArena = await context.loadArena();
  try {
    for (let port = config.http.port; ; port += 1) {
      const arena = await createArena({ ...config, db_url, log, agents: 'on', http: { ...config.http, port } });
      try {
        await arena.start();
        context.keepCompiled();
        return { arena, forget };
      } catch (error) {
        await arena.close();
        if (!isPortTaken(error) || port >= config.http.port + portsTried || port === 0) throw error;
      }
    }
  } catch (error) {
    await forget();
    throw error;
  }
}

function isPortTaken(error: unknown): boolean {
  const cause = error instanceof ArenaError ? error.cause : error;
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}

interface Play {
  contest: ContestDocument;
  /** The body that launches the same game again. */
  again: object;
}

async function play(
  invocation: InvocationOf<'demo'>,
  context: Context,
  client: HttpClient,
  game: BundledGame,
): Promise<Play> {
  const { terminal } = context;
  const reads = isScreen(terminal.out, terminal.env) && !invocation.json;
  const speed = invocation.speed ?? (reads ? 1 : undefined);
  const { arena } = client;
  const again: ContestInput = { ...(await launchable(arena, game)), start: true };
  const seed = invocation.seed === undefined ? {} : { seed: invocation.seed };
  const contest = contestDocumentSchema.parse(
    await arena.contests.create({ ...again, ...seed, auto_advance: speed === undefined }),
  );
  note(
    terminal,
    `The arena is at ${client.url} (API: ${client.url}/docs). Contest ${contest.id}, seed ${contest.seed}.\nWatch it in the browser: ${client.url}/#/contest/${contest.id}\n`,
  );
  return { contest: await show(invocation, context, client, contest.id, speed), again };
}

/** Puts the game into the catalogue, so that it can be launched again by its ids. */
async function launchable({ catalogue }: Client, game: BundledGame): Promise<ContestInput> {
  const { id: arena_id } = await catalogue('arena').create(game.arena);
  const participant_ids: string[] = [];
  for (const participant of game.defaultParticipants) {
    participant_ids.push((await catalogue('participant').create(participant)).id);
  }
  return { arena_id, participant_ids, ...game.settings };
}

async function show(
  invocation: InvocationOf<'demo'>,
  context: Context,
  client: HttpClient,
  contestId: string,
  speed: number | undefined,
): Promise<ContestDocument> {
  const { terminal } = context;
  const ended = new AbortController();
  const signal = AbortSignal.any([terminal.signal, ended.signal]);
  const pacing = speed === undefined ? null : paceContest({ client, contestId, clock: terminal.clock, signal, speed });
  const watching = watchContest({
    client,
    contestId,
    terminal,
    show: invocation.json ? silentShow : createShow(terminal.out, terminal.env),
  });
  const [contest] = await Promise.all([watching.finally(() => ended.abort()), pacing]);
  if (invocation.json) printJson(terminal, contest);
  return contest;
}

function farewell(url: string, again: object): string {
  return [
    'The arena goes on serving; stop it with Ctrl-C. Launch the same game again, and watch it:',
    '',
    `  curl ${url}/api/contest -H 'content-type: application/json' -d '${JSON.stringify(again)}'`,
    `  npx arena contest watch latest --url ${url}`,
    '',
    `All that it can do: ${url}/docs`,
  ].join('\n');
}
