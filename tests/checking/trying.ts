/** Agents to try, on an in-process bus: each answers as its script says, and the paces are those of a game that was really played. */
import { type CheckReport, checkAgent } from '../../src/agents/checking/check.ts';
import { askOverBus } from '../../src/agents/checking/over-bus.ts';
import { createArena } from '../../src/app.ts';
import type { BusMessage } from '../../src/bridge/bus.ts';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import type { Context } from '../../src/cli/context.ts';
import { playedRequests } from '../../src/cli/played-requests.ts';
import { loadConfig } from '../../src/config.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import type { Role } from '../../src/protocol/states.ts';
import { memoryTerminal } from '../cli/terminal.ts';
import { memoryLog, realClock } from '../support/clock.ts';

export const tried = 'the-tried-agent';

/** Bodies to answer with, one after the other; none is silence. */
export type TriedScript = (asked: AgentRequest) => readonly (object | string)[] | Promise<readonly (object | string)[]>;

const noArena: Omit<Context, 'terminal'> = {
  version: '1.2.3',
  config: () => loadConfig({}),
  client: () => {
    throw new Error('no arena here');
  },
  loadArena: () => Promise.resolve(createArena),
  keepCompiled: () => {},
};

/** What the seats of a bundled game were sent. */
export function playedGame(name?: string): Promise<AgentRequest[]> {
  return playedRequests({ ...noArena, terminal: memoryTerminal() }, name);
}

/** Without a script nobody listens. */
export async function tryAgent(
  played: readonly AgentRequest[],
  script: TriedScript | null,
  { roles = ['player'], timeoutMs = 400 }: { roles?: readonly Role[]; timeoutMs?: number } = {},
): Promise<CheckReport> {
  const bus = createLocalBus({ clock: realClock, log: memoryLog() });
  const agent = await bus.connect({ name: tried });
  const answer = async (script: TriedScript, { data, reply }: BusMessage) => {
    const asked = JSON.parse(new TextDecoder().decode(data)) as AgentRequest;
    for (const body of await script(asked))
      if (agent.status().connected) agent.publish(reply ?? '', typeof body === 'string' ? body : JSON.stringify(body));
  };
  if (script) agent.subscribe(`actor.agent.${tried}.request.>`, (message) => void answer(script, message));
  const connection = await bus.connect({ name: 'whoever tries it' });
  try {
    return await checkAgent({
      agent: askOverBus(connection, `actor.agent.${tried}`, realClock),
      participantId: tried,
      roles,
      played,
      clock: realClock,
      timeoutMs,
    });
  } finally {
    await bus.close();
  }
}
