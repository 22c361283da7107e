/** Who is being waited for, read off a contest's state. */
import type { ContestDocument, RoundDocument } from '../../protocol/contest.ts';
import type { Role, RoundStateName } from '../../protocol/states.ts';

const roleAskedIn: Partial<Record<RoundStateName, Role>> = {
  judging_actions: 'judge',
  applying_effects: 'judge',
  describing_results: 'announcer',
};

/** The names of those who have a request open, as far as the document shows it. */
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
