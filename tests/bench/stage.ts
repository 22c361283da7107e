/**
 * Everything that a measurement needs, as real processes: a NATS server, the agents, the arena on a database of its own, one arena and
 * its participants made once. Launches contests over HTTP and tells when rounds and contests are over.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type NatsConnection } from 'nats';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import type { AgentCalls } from './agents.ts';
import { type ArenaCalls, overPatterns } from './arena-calls.ts';
import { type Child, startChild } from './processes.ts';
import { arenaInput, roundsPerContest, seats } from './workload.ts';

export interface Stage {
  readonly folder: string;
  readonly databaseFile: string;
  readonly natsUrl: string;
  readonly agents: Child<AgentCalls>;
  arena(): Child<ArenaCalls>;
  /** Launches a contest over HTTP; resolves with its id when the arena has answered. */
  launch(): Promise<string>;
  /** A request to the arena over HTTP; throws when it is refused. */
  call<Result>(method: 'GET' | 'POST', path: string, body?: object): Promise<Result>;
  /** Called with every subject that says a round or a contest is over. */
  onOver(callback: (subject: string) => void): void;
  /** Ends the arena's process as a crash would. */
  killArena(): Promise<void>;
  /** Starts the arena on the same database; resolves when it serves. */
  startArena(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Contests over the in-process bus, with the agents in the arena's process. */
  readonly local?: boolean;
  readonly profile?: string | null;
  /** So long an agent may take; long where agents are told not to answer. */
  readonly responseTimeoutMs?: number;
}

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const { local = false, profile = null, responseTimeoutMs = 60_000 } = options;
  const folder = await mkdtemp(join(tmpdir(), 'arena-bench-'));
  const databaseFile = join(folder, 'arena.db');
  const server: NatsServer | null = local ? null : await startNatsServer();
  const natsUrl = server?.url ?? '';
  const notices: NatsConnection | null = server && (await connect({ servers: server.url, name: 'bench' }));
  const listeners: ((subject: string) => void)[] = [];
  const told = (subject: string) => {
    for (const listener of listeners) listener(subject);
  };
  for (const pattern of overPatterns) notices?.subscribe(pattern, { callback: (_, message) => told(message.subject) });

  let arena = await openArena();
  let url = await arena.call('url', undefined);
  const agents = local
    ? (arena as unknown as Child<AgentCalls>)
    : await startChild<AgentCalls>('./agents-process.ts', { args: [natsUrl] });
  const arenaId = (await call<{ id: string }>('POST', '/api/arena', arenaInput)).id;
  const participantIds: string[] = [];
  for (const seat of seats) participantIds.push((await call<{ id: string }>('POST', '/api/participant', seat)).id);
  await agents.call('know', participantIds.slice(0, 2));

  async function openArena(): Promise<Child<ArenaCalls>> {
    const nodeArgs = ['--expose-gc', ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [])];
    const opened = await startChild<ArenaCalls>('./arena-process.ts', {
      args: [`sqlite:${databaseFile}`, natsUrl],
      nodeArgs,
    });
    opened.onEvent((subject) => told(String(subject)));
    return opened;
  }

  async function call<Result>(method: 'GET' | 'POST', path: string, body?: object): Promise<Result> {
    const sent = body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
    const response = await fetch(`${url}${path}`, { method, ...sent });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Result;
  }

  return {
    folder,
    databaseFile,
    natsUrl,
    agents,
    arena: () => arena,
    call,
    async launch() {
      const contest = await call<{ id: string }>('POST', '/api/contest', {
        arena_id: arenaId,
        participant_ids: participantIds,
        max_rounds: roundsPerContest,
        response_timeout_ms: responseTimeoutMs,
        health_timeout_ms: responseTimeoutMs,
        start: true,
      });
      return contest.id;
    },
    onOver: (callback) => void listeners.push(callback),
    killArena: () => arena.stop('SIGKILL'),
    async startArena() {
      arena = await openArena();
      url = await arena.call('url', undefined);
    },
    async close() {
      await arena.stop();
      if (!local) await agents.stop();
      await notices?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
