/** What holds for the jobs of a contest beyond the shape of their events: they ask its seats, and were answered as was asked. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { InputProblem } from '../../protocol/errors.ts';
import { inputProblems } from '../../protocol/input-problems.ts';
import { answerSchemas } from '../../protocol/messages.ts';
import { lastSegment, parentOf } from '../address.ts';
import { plansOf } from '../job/children.ts';
import { jobEvents } from '../job/entries.ts';
import type { JobEvent, Task } from '../job/state.ts';
import type { Entry } from '../runtime/journal.ts';
import type { Seat } from './state.ts';

/** The seats, and of each job that was made, by its id, what it is to do. */
export interface AdmittedJobs {
  readonly seats: readonly Seat[];
  readonly tasks: Map<string, Task>;
}

/** Paths begin with `events`. */
export function jobProblems(entry: Entry, jobs: AdmittedJobs): InputProblem[] {
  return jobEvents(entry).flatMap((event, index) =>
    problemsWith(event, entry, jobs).map(({ path, message }) => ({ path: `events[${index}].${path}`, message })),
  );
}

function problemsWith(event: JobEvent, { stream, position }: Entry, { seats, tasks }: AdmittedJobs): InputProblem[] {
  const id = lastSegment(stream);
  const task = tasks.get(id);
  switch (event.type) {
    case 'job_created':
      tasks.set(id, event.spec.task);
      return [
        ...problem('parent', event.parent !== parentOf(stream) && `must be ${parentOf(stream)}`),
        ...problem('spec', task !== undefined && `there is another job ${id}`),
        ...tasksIn(event.spec.task).flatMap((one) => problem('spec.task', taskProblem(one, seats))),
      ];
    case 'requested':
      return [
        ...problem(
          'view',
          (event.view !== null) !== (task?.type === 'prompt') && 'is of a prompt, and of nothing else',
        ),
        ...problem('view.position', (event.view?.position ?? 0) >= position && `must be below ${position}`),
      ];
    case 'completed':
      return task ? answerProblems(task, event.data) : [];
    default:
      return [];
  }
}

function problem(path: string, message: string | false | null): InputProblem[] {
  return message ? [{ path, message }] : [];
}

function tasksIn(task: Task): Task[] {
  return [task, ...plansOf(task).flatMap(({ spec }) => tasksIn(spec.task))];
}

function taskProblem(task: Task, seats: readonly Seat[]): string | null {
  if (task.type === 'batch') return task.call ? 'a contest joins its jobs without a call' : null;
  if (task.type !== 'prompt' && task.type !== 'health') return 'a contest asks nobody but its participants';
  const seat = seats.find(({ id }) => id === task.participant_id);
  return seat?.endpoint === task.endpoint
    ? null
    : `${task.participant_id} at ${task.endpoint} is no seat of the contest`;
}

/** It was read by the same schema when it came, and kept as that gave it. */
function answerProblems(task: Task, data: unknown): InputProblem[] {
  if (task.type !== 'prompt' && task.type !== 'health') return problem('data', data !== null && 'must be null');
  const read = answerSchemas[task.type === 'health' ? 'health' : task.prompt_type].safeParse(data);
  if (read.success) return problem('data', !isDeepStrictEqual(read.data, data) && 'is not as an answer is kept');
  return inputProblems(read.error, ['data']);
}
