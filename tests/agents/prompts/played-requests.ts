/** Every request that the arena sends while a bundled game is played by its bundled agents, recorded on the bus. */
import { bundledGames } from '../../../src/agents/games/games.ts';
import { createLocalBus } from '../../../src/bridge/bus-local.ts';
import { type AgentRequest, requestSchema } from '../../../src/protocol/messages.ts';
import type { PromptType } from '../../../src/protocol/states.ts';
import { startApp } from '../../app/running-app.ts';
import { memoryLog, realClock } from '../../support/clock.ts';

export interface PlayedRequest extends AgentRequest {
  readonly command: PromptType;
}

export async function playedRequests(name: string): Promise<PlayedRequest[]> {
  const game = bundledGames.find((one) => one.name === name);
  if (!game) throw new Error(`there is no game ${name}`);
  const bus = createLocalBus({ clock: realClock, log: memoryLog() });
  const connection = await bus.connect({ name: 'recording' });
  const requests: PlayedRequest[] = [];
  connection.subscribe('actor.agent.*.request.>', ({ data }) => {
    const request = requestSchema.parse(JSON.parse(new TextDecoder().decode(data)));
    if (request.command !== 'health') requests.push({ ...request, command: request.command });
  });
  const { client, close } = await startApp({ bus });
  const { id } = await client.create({
    arena: game.arena,
    participants: game.defaultParticipants,
    ...game.settings,
    max_rounds: 6,
    seed: 11,
    start: true,
  });
  await client.reach(id, 'complete');
  await close();
  return requests;
}
