/** What an agent would be asked at this moment: shown to people, and not sent. */
import { ArenaError } from '../../protocol/errors.ts';
import { derivedId } from '../../protocol/ids.ts';
import type { AgentRequest } from '../../protocol/messages.ts';
import { type PromptType, roleOfPrompt } from '../../protocol/states.ts';
import type { PromptTask } from '../job/state.ts';
import type { FoldedRoot } from '../runtime/fold.ts';
import { contestIn, roundsIn } from './reading.ts';
import { renderPrompt } from './view.ts';

/** The request that would be sent now, with the view of this moment. */
export function requestNow(
  folded: FoldedRoot,
  promptType: PromptType,
  participantId: string | undefined,
  now: number,
): AgentRequest {
  const contest = contestIn(folded);
  const role = roleOfPrompt[promptType];
  const seat = contest.seats.find((candidate) =>
    participantId === undefined ? candidate.role === role : candidate.id === participantId,
  );
  if (!seat)
    throw new ArenaError({
      code: 'not_found',
      message: participantId
        ? `contest ${contest.id} has no participant ${participantId}`
        : `contest ${contest.id} has nobody for the role ${role}`,
    });
  if (seat.role !== role)
    throw new ArenaError({
      code: 'invalid',
      message: `${promptType} is asked of a ${role}; ${seat.name} is a ${seat.role}`,
    });
  const round = roundsIn(folded, contest).at(-1);
  const about = promptType === 'judge_player_action_judgement' ? (round?.start.players[0]?.id ?? null) : null;
  const task: PromptTask = {
    type: 'prompt',
    prompt_type: promptType,
    participant_id: seat.id,
    endpoint: seat.endpoint,
    round_no: contest.round_no ?? 0,
    about,
  };
  const rendered = renderPrompt(folded, task);
  const { response_timeout_ms: timeoutMs } = contest.settings;
  return {
    command: promptType,
    job_id: derivedId(folded.root, folded.position, promptType, seat.id),
    attempt: 1,
    contest_id: contest.id,
    participant_id: seat.id,
    round_no: contest.round_no,
    deadline: now + timeoutMs,
    timeout_ms: timeoutMs,
    last_latency_ms: rendered.last_latency_ms,
    message: '',
    data: JSON.parse(rendered.data.toString()),
  };
}
