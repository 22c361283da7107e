/** A good answer to every request, which follows from the request alone: the same question always gets the same answer. */
import type { AgentRequest } from '../../src/protocol/messages.ts';

interface SeenContest {
  readonly rounds: readonly { round_no: number; players: readonly { id: string; name: string; score?: number }[] }[];
}

export function wellBehaved(asked: AgentRequest): object {
  return { job_id: asked.job_id, state: 'complete', data: dataFor(asked) };
}

const dataOf: Readonly<Record<AgentRequest['command'], (asked: AgentRequest) => unknown>> = {
  health: () => ({ name: 'agents of a test', state: 'OK', version: '1' }),
  player_player_action: (asked) => ({
    action: `walk ${asked.round_no}`,
    target: '1,1',
    narration: 'It walks.',
    memories: `I have walked in round ${asked.round_no}.`,
  }),
  judge_player_action_judgement: (asked) => ({
    result: 'success',
    reason: `nothing was in the way of ${(asked.data.player as { name?: string } | undefined)?.name}`,
  }),
  judge_apply_effects: (asked) => ({
    players: playersIn(asked).map(({ id, score = 0 }, index) => ({
      id,
      score: score + 3 + index,
      position: `${index + 1},${((asked.round_no ?? 0) % 3) + 1}`,
    })),
    features: [],
  }),
  announcer_describe_arena: () => 'A quiet yard.',
  announcer_describe_results: (asked) => `Round ${asked.round_no} is over.`,
  arena_generate_features: () => [{ name: 'Stone', description: 'Grey.', position: '2,2' }],
};

function dataFor(asked: AgentRequest): unknown {
  return dataOf[asked.command](asked);
}

function playersIn(asked: AgentRequest): SeenContest['rounds'][number]['players'] {
  const contest = asked.data.contest as unknown as SeenContest;
  return contest.rounds.at(-1)?.players ?? [];
}
