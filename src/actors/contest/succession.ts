/** Who takes over from whom in a copy of a contest. Pure. */
import type { InputProblem } from '../../protocol/errors.ts';
import type { ParticipantEntity } from './plan.ts';
import type { Seat } from './state.ts';

/** Who takes over, by the id of who had the seat. */
export type Successors = ReadonlyMap<string, ParticipantEntity>;

/** `takingOver`: the ids of participants, by those of whom they follow. */
export function successorsOf(
  takingOver: Readonly<Record<string, string>>,
  participants: readonly ParticipantEntity[],
): Successors {
  return new Map(
    Object.entries(takingOver).flatMap(([seat, id]) => {
      const successor = participants.find((one) => one.id === id);
      return successor ? [[seat, successor]] : [];
    }),
  );
}

/** What is wrong with it; `path` is where it was said. */
export function successionProblems(seats: readonly Seat[], successors: Successors, path: string): InputProblem[] {
  const newcomers = [...successors.values()].map(({ id }) => id);
  const staying = seats.filter(({ id }) => !successors.has(id)).map(({ id }) => id);
  const all = [...staying, ...newcomers];
  return [
    ...[...successors].flatMap(([id, successor]) => {
      const seat = seats.find((one) => one.id === id);
      if (!seat) return [{ path: `${path}.${id}`, message: 'the contest has no such participant' }];
      if (successor.role === seat.role) return [];
      const message = `${seat.name} is ${seat.role}, but ${successor.name} is ${successor.role}`;
      return [{ path: `${path}.${id}`, message }];
    }),
    ...[...new Set(all.filter((id, index) => all.indexOf(id) !== index))].map((id) => ({
      path,
      message: `participant ${id} would have two seats`,
    })),
  ];
}

export function takenOver(seat: Seat, successors: Successors): Seat {
  const successor = successors.get(seat.id);
  if (!successor) return seat;
  const { id, name, role, description, endpoint } = successor;
  return { ...seat, id, name, role, description, endpoint };
}
