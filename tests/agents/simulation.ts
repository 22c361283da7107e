/** Plays a bundled game in process, as the arena would: views for each seat, answers read and checked, effects applied, until it ends. */
import { expect } from 'vitest';
import type { Handler, Handlers } from '../../src/agents/asks.ts';
import { type BundledGame, bundledGames } from '../../src/agents/games/games.ts';
import { agentOfModel } from '../../src/agents/scripted/scripted-agents.ts';
import { readAnswer } from '../../src/protocol/answers.ts';
import type { ContestView, Feature, PlayerView, RoundView } from '../../src/protocol/contest.ts';
import { answerSchemas } from '../../src/protocol/messages.ts';
import { positionProblem } from '../../src/protocol/positions.ts';
import { drawIndex } from '../../src/protocol/random.ts';
import type { PromptType } from '../../src/protocol/states.ts';

export interface PlayedGame {
  rounds: RoundView[];
  narratives: string[];
  winner: string | null;
  winnerName: string | null;
  refusals: string[];
}

export function gameNamed(name: string): BundledGame {
  const game = bundledGames.find((bundled) => bundled.name === name);
  if (!game) throw new Error(`there is no game ${name}`);
  return game;
}

/** Plays one game to its end. `models` are those of the players, who take the seats in this order. */
export async function playGame(game: BundledGame, seed: number, models = playerModels(game)): Promise<PlayedGame> {
  const players = models.map((model, index) => ({
    id: `player-number-${index + 1}`,
    name: `P${index + 1} ${model.split(':')[1]}`,
    role: 'player' as const,
    description: '',
    out: false,
    model,
  }));
  const officials = game.defaultParticipants
    .filter(({ role }) => role !== 'player')
    .map(({ name, role, agent }) => ({
      id: `official-of-${role}`,
      name,
      role,
      description: '',
      out: false,
      model: agent.model,
    }));
  const features: Feature[] = game.arena.features.map(({ name, description, position }, index) => ({
    id: `fixed-feature-${index}`,
    name,
    description,
    position,
    origin: 'required',
  }));
  const participants = [...players, ...officials].map(({ model: _model, ...seat }) => seat);
  const base: Omit<ContestView, 'you' | 'rounds' | 'current_round'> = {
    id: `contest-number-${seed}`,
    state: 'in_round',
    arena: { ...game.arena, id: 'arena-of-test', features },
    participants,
    max_rounds: game.settings.max_rounds,
    winning_score: game.settings.winning_score,
  };
  const rounds: RoundView[] = [];
  const narratives: string[] = [];
  const refusals: string[] = [];

  const seatOf = (id: string): ContestView['you'] => {
    const place = participants.findIndex((seat) => seat.id === id);
    const { name = id, role = 'player' } = participants[place] ?? {};
    return { id, name, role, seed: drawIndex(2 ** 32, seed, 'seat', place) };
  };
  const viewOf = (id: string): ContestView => ({
    ...base,
    rounds,
    current_round: rounds.at(-1)?.round_no ?? 0,
    you: seatOf(id),
  });
  const judgeView = (): ContestView => ({ ...viewOf('official-of-judge'), seed });
  const spectatorView = (): ContestView => viewOf('official-of-announcer');
  /** A player sees neither what others have nor their score. */
  const playerView = (id: string): ContestView => ({
    ...viewOf(id),
    rounds: rounds.map((round) => ({
      ...round,
      players: round.players.map((player) => (player.id === id ? player : withoutSecrets(player))),
    })),
  });
  const agentOf = (id: string): Handlers => {
    const agent = agentOfModel([...players, ...officials].find((seat) => seat.id === id)?.model ?? '');
    if (!agent) throw new Error(`no agent for ${id}`);
    return agent;
  };

  rounds.push({ round_no: 0, state: 'in_progress', narrative: null, ending_narrative: null, features, players: [] });
  const made = await ask(agentOf('official-of-arena'), 'arena_generate_features', viewOf('official-of-arena'), {});
  expect(made.length).toBeLessThanOrEqual(game.arena.max_random_features);
  for (const [index, { name, description, position }] of made.entries()) {
    expect(positionProblem(position, game.arena)).toBeNull();
    expect(features.map((feature) => feature.position)).not.toContain(position);
    features.push({ id: `random-feature-${index}`, name, description, position, origin: 'random' });
  }
  const current = (): RoundView => rounds.at(-1) as RoundView;
  current().players = players.map(({ id, name }, index) => ({
    id,
    name,
    position:
      game.settings.player_positions[index] ??
      `${1 + drawIndex(game.arena.width, seed, 'x', index)},${1 + drawIndex(3, seed, 'y', index)}`,
    health: 'healthy',
    inventory: [],
    score: 0,
    memories: '',
    action: null,
    result: null,
  }));
  narratives.push(await ask(agentOf('official-of-announcer'), 'announcer_describe_arena', spectatorView(), {}));

  for (let roundNo = 0; roundNo < game.settings.max_rounds; roundNo += 1) {
    for (const player of current().players) {
      const { action, target, narration } = await ask(
        agentOf(player.id),
        'player_player_action',
        playerView(player.id),
        {},
      );
      player.action = { action, target: target ?? null, narration: narration ?? null };
    }
    for (const player of current().players) {
      const ruling = await ask(agentOf('official-of-judge'), 'judge_player_action_judgement', judgeView(), {
        action: player.action,
        player,
      });
      player.result = { result: ruling.result, reason: ruling.reason ?? null, narration: ruling.narration ?? null };
      if (ruling.reason) refusals.push(`${roundNo} ${player.name} ${JSON.stringify(player.action)}: ${ruling.reason}`);
    }
    const effects = await ask(agentOf('official-of-judge'), 'judge_apply_effects', judgeView(), {});
    expect(await ask(agentOf('official-of-judge'), 'judge_apply_effects', structuredClone(judgeView()), {})).toEqual(
      effects,
    );
    const round = current();
    for (const { id, ...changes } of effects.players)
      Object.assign(round.players.find((player) => player.id === id) ?? unknown(id), changes);
    round.features = round.features.map((feature) => ({
      ...feature,
      ...effects.features.find(({ id }) => id === feature.id),
    }));
    for (const { id } of effects.features) if (!round.features.some((feature) => feature.id === id)) unknown(id);
    checkWorld(round, game);
    narratives.push(
      await ask(agentOf('official-of-announcer'), 'announcer_describe_results', spectatorView(), { round }),
    );
    const winner =
      effects.winner_id ??
      winnerByScore(
        round.players,
        roundNo === game.settings.max_rounds - 1 ? Number.NEGATIVE_INFINITY : game.settings.winning_score,
      );
    if (winner !== null) return ended(winner);
    rounds.push({
      ...round,
      round_no: roundNo + 1,
      players: round.players.map((player) => ({ ...player, action: null, result: null })),
    });
  }
  rounds.pop();
  return ended(null);

  function ended(winner: string | null): PlayedGame {
    const id = winner === 'draw' ? null : winner;
    return {
      rounds,
      narratives,
      refusals,
      winner: id,
      winnerName: players.find((player) => player.id === id)?.name ?? null,
    };
  }
}

function playerModels(game: BundledGame): string[] {
  return game.defaultParticipants.filter(({ role }) => role === 'player').map(({ agent }) => agent.model);
}

async function ask<Prompt extends PromptType>(agent: Handlers, prompt: Prompt, view: ContestView, more: object) {
  const handler = agent[prompt] as Handler<Prompt> | undefined;
  if (!handler) throw new Error(`nobody answers ${prompt}`);
  const request = {
    command: prompt,
    job_id: 'a-job-id',
    attempt: 1,
    contest_id: view.id,
    participant_id: view.you.id,
    round_no: view.current_round,
    deadline: 0,
    timeout_ms: 1_000,
    last_latency_ms: null,
    message: '',
    data: { contest: view, ...more },
    signal: new AbortController().signal,
  };
  const answer = await handler(view, request as unknown as Parameters<typeof handler>[1]);
  const read = readAnswer(prompt, answer);
  if (!read.ok) throw new Error(`${prompt}: ${read.fault.message}`);
  expect(answerSchemas[prompt].safeParse(answer).success).toBe(true);
  return read.data;
}

function withoutSecrets(player: PlayerView): PlayerView {
  const { inventory: _inventory, score: _score, memories: _memories, ...visible } = player;
  return visible;
}

/** Everybody on the grid; what is carried is carried by somebody who is there, and in exactly that inventory. */
function checkWorld({ players, features }: RoundView, game: BundledGame): void {
  for (const { position } of players) expect(positionProblem(position, game.arena)).toBeNull();
  for (const { position, name } of features) {
    const carrier = position.startsWith('player:') ? position.slice('player:'.length) : null;
    if (carrier === null) expect(positionProblem(position, game.arena)).toBeNull();
    else expect(players.find(({ id }) => id === carrier)?.inventory).toContain(name);
    for (const player of players)
      if (name.endsWith(' flag') && player.id !== carrier) expect(player.inventory).not.toContain(name);
  }
}

function winnerByScore(players: readonly PlayerView[], atLeast: number): string | null {
  const [first, second] = [...players].sort((a, b) => (b.score ?? 0) - (a.score ?? 0));
  if (!first || (first.score ?? 0) < atLeast) return null;
  return first.score === second?.score ? 'draw' : first.id;
}

function unknown(id: string): never {
  throw new Error(`the effects name ${id}, whom nobody knows`);
}
