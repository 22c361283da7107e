/** Agents as pure functions of what they are asked: a small game that needs no model, and ways to answer it badly. */
import type { JobCommand, OutboundCall, PromptTask } from '../../src/actors/job/state.ts';
import type { ContestView } from '../../src/protocol/contest.ts';
import type { Json } from '../../src/protocol/json.ts';
import { drawIndex } from '../../src/protocol/random.ts';

/** What comes back for a request: the command by which its job learns of it, or null for silence. */
export type SimulatedAgents = (call: OutboundCall, data: Json) => JobCommand | null;

/** What an agent says in place of what it would say; null when it behaves. Asked with how often this attempt was asked before. */
export type Misbehaviour = (
  call: OutboundCall,
  timesAsked: number,
) => 'silent' | 'unreachable' | 'pending' | 'rubbish' | 'refused' | 'invalid' | null;

const behaves: Misbehaviour = () => null;

export function simulatedAgents(misbehaves: Misbehaviour = behaves): SimulatedAgents {
  const asked = new Map<string, number>();
  return (call, data) => {
    const key = `${call.job_id} ${call.attempt}`;
    const times = asked.get(key) ?? 0;
    asked.set(key, times + 1);
    switch (misbehaves(call, times)) {
      case 'silent':
        return null;
      case 'unreachable':
        return { type: 'fault', attempt: call.attempt, kind: 'unreachable', message: 'nobody listens' };
      case 'pending':
        return answerOf(call, JSON.stringify({ state: 'pending', delay: 20 }));
      case 'rubbish':
        return answerOf(call, 'I would rather not.');
      case 'refused':
        return answerOf(call, JSON.stringify({ state: 'fail', message: 'not today' }));
      case 'invalid':
        return answerOf(call, complete(call, invalidData(call)));
      default:
        return answerOf(call, complete(call, dataFor(call, data)));
    }
  };
}

export function answerOf(call: OutboundCall, body: string): JobCommand {
  const from = 'participant_id' in call.task ? call.task.participant_id : null;
  return { type: 'answer', from, body, compare_job: true };
}

export function complete(call: OutboundCall, data: Json): string {
  return JSON.stringify({ job_id: call.job_id, state: 'complete', data });
}

/** An answer of the right shape that cannot be, where there is one. */
function invalidData(call: OutboundCall): Json {
  if (call.task.type !== 'prompt') return { state: 'tired' };
  switch (call.task.prompt_type) {
    case 'player_player_action':
      return { action: 'leave', target: '99,99' };
    case 'judge_apply_effects':
      return { players: [{ id: 'nobody-at-all', score: 1 }] };
    case 'arena_generate_features':
      return [{ name: 'cliff', position: '99,99' }];
    default:
      return '';
  }
}

function dataFor(call: OutboundCall, data: Json): Json {
  const { task } = call;
  if (task.type !== 'prompt') return { state: 'OK' };
  return promptData(task, (data as unknown as { contest: ContestView }).contest);
}

/** Every player scores by its place and the round; the well is described anew and carried by whoever leads. */
function promptData(task: PromptTask, contest: ContestView): Json {
  const round = contest.rounds.at(-1);
  const roundNo = round?.round_no ?? 0;
  switch (task.prompt_type) {
    case 'player_player_action':
      return {
        action: `walks in round ${roundNo}`,
        target: '2,2',
        narration: 'Steps.',
        memories: `saw round ${roundNo}`,
      };
    case 'judge_player_action_judgement':
      return {
        result: `${task.about} walked`,
        reason: 'It may.',
        narration: 'Dust.',
        memories: `notes on ${task.about}`,
      };
    case 'judge_apply_effects':
      return {
        players: (round?.players ?? []).map(({ id, score }, index) => ({
          id,
          position: `${(roundNo % 5) + 1},${index + 1}`,
          score: (score ?? 0) + index + 1 + drawIndex(3, id, roundNo),
          inventory: [`stone ${roundNo}`],
        })),
        features: (round?.features ?? [])
          .slice(0, 1)
          .map(({ id }) => ({ id, description: `drawn from in round ${roundNo}` })),
      };
    case 'announcer_describe_arena':
      return 'The stones wait.';
    case 'announcer_describe_results':
      return `So ended round ${roundNo}.`;
    case 'arena_generate_features':
      return [{ name: 'mist', description: 'thick', position: '2,4', end_position: '3,4' }];
    default:
      return task.prompt_type satisfies never;
  }
}
