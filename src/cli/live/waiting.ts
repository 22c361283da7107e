/** Who is being waited for: by the jobs that are open now, or as a document of a past moment lets guess it. */
import { z } from 'zod';
import type { ContestDocument, RoundDocument } from '../../protocol/contest.ts';
import { jobSummarySchema } from '../../protocol/jobs.ts';
import type { Role, RoundStateName } from '../../protocol/states.ts';
import type { HttpClient } from '../http-client.ts';

export interface Look {
  readonly contest: ContestDocument;
  /** The names of those who have a request open. */
  readonly waiting: readonly string[];
}

/** The contest as it is now. A player who has answered is not waited for any more, though the document shows no action until all have. */
export async function lookAt(client: HttpClient, contestId: string): Promise<Look> {
  const [contest, open] = await Promise.all([
    client.contest(contestId),
    client.list('job', { contest_id: contestId, state: 'pending' }),
  ]);
  const asked = new Set(
    z
      .array(jobSummarySchema)
      .parse(open)
      .map((job) => job.participant_id),
  );
  return { contest, waiting: contest.participants.filter(({ id }) => asked.has(id)).map(({ name }) => name) };
}

const roleAskedIn: Partial<Record<RoundStateName, Role>> = {
  judging_actions: 'judge',
  applying_effects: 'judge',
  describing_results: 'announcer',
};

/** The names of those who have a request open, as far as a document shows it. */
export function waitingFor(contest: ContestDocument): string[] {
  const seats = contest.participants;
  const names = (role: Role) => seats.filter((seat) => seat.role === role).map((seat) => seat.name);
  if (contest.state === 'role_call') return seats.filter((seat) => seat.state === 'checking').map((seat) => seat.name);
  if (contest.state === 'setup_arena') return names('announcer');
  if (contest.state !== 'in_round') return [];
  const round = currentRound(contest);
  if (!round) return [];
  if (round.state === 'awaiting_actions') {
    const out = new Set(seats.filter((seat) => seat.state === 'out').map((seat) => seat.id));
    return round.players.filter((player) => !player.action && !out.has(player.id)).map((player) => player.name);
  }
  const role = roleAskedIn[round.state];
  return role === undefined ? [] : names(role);
}

export function currentRound(contest: ContestDocument): RoundDocument | undefined {
  return contest.rounds.at(-1);
}
