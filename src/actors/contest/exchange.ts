/** Other participants in the seats of a contest that is copied. Pure. */
import { ArenaError, type InputProblem } from '../../protocol/errors.ts';
import type { ParticipantEntity } from './plan.ts';
import type { Seat } from './state.ts';

/** Who sits where, `instead` naming the new participant of each seat that is exchanged. Throws `invalid` for what does not fit. */
export function exchangedSeats(
  seats: readonly Seat[],
  instead: Readonly<Record<string, string>>,
  participants: readonly ParticipantEntity[],
): Seat[] {
  const problems: InputProblem[] = [];
  const wrong = (seatId: string, message: string) => problems.push({ path: `participants.${seatId}`, message });
  for (const seatId of Object.keys(instead))
    if (!seats.some(({ id }) => id === seatId)) wrong(seatId, 'the contest has no such seat');
  const after = seats.map((seat) => {
    const id = Object.hasOwn(instead, seat.id) ? instead[seat.id] : undefined;
    const other = participants.find((participant) => participant.id === id);
    if (!other) return seat;
    if (other.role !== seat.role) wrong(seat.id, `${other.id} is ${other.role}, the seat is for ${seat.role}`);
    const { name, description, endpoint } = other;
    return { ...seat, id: other.id, name, description, endpoint };
  });
  for (const { id } of after)
    if (after.filter((seat) => seat.id === id).length > 1) wrong(id, 'it would sit in two seats');
  const [first] = problems;
  if (first) throw new ArenaError({ code: 'invalid', message: `${first.path}: ${first.message}`, problems });
  return after;
}
