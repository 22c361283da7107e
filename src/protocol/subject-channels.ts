/**
 * Every channel that the catalogue of subjects stands for: a subject for each prompt type, transition, state, model and action,
 * in which only ids and numbers are left open. What a document makes of them is `asyncapi.ts`'s.
 */
import { toldMachines } from './notices.ts';
import { type SubjectName, subjects } from './subjects.ts';
import { statesOf, transitions } from './transitions.ts';

export interface SubjectChannel {
  /** Unique: the subject's name and what was chosen for its parameters. */
  readonly id: string;
  readonly subject: SubjectName;
  /** The subject, with what is still open in braces. */
  readonly address: string;
  readonly chosen: Readonly<Record<string, string>>;
  readonly open: readonly { readonly name: string; readonly description: string }[];
}

type Choice = Readonly<Record<string, string>>;

/** Where not every combination of values exists: only these do. */
const combinations: Readonly<Partial<Record<SubjectName, readonly Choice[]>>> = {
  contestFlow: distinct(
    toldMachines.flatMap((machine) =>
      Object.entries(transitions[machine]).flatMap(([from, following]) => following.map((to) => ({ from, to }))),
    ),
  ),
  contestAdvance: distinct(withFollowing().map(({ state }) => ({ state }))),
  pause: distinct(withFollowing()),
};

export const subjectChannels: readonly SubjectChannel[] = Object.keys(subjects).flatMap((name) =>
  channelsOf(name as SubjectName),
);

function channelsOf(subject: SubjectName): SubjectChannel[] {
  const { pattern, parameters } = subjects[subject];
  const open = parameters
    .filter(({ values }) => values === null)
    .map(({ name, description }) => ({ name, description }));
  return (combinations[subject] ?? everyChoice(parameters)).map((chosen) => ({
    id: [subject, ...Object.values(chosen)].join('.'),
    subject,
    address: pattern.replace(/\{(\w+)\}/g, (braces, name: string) => chosen[name] ?? braces),
    chosen,
    open,
  }));
}

function everyChoice(
  parameters: readonly { readonly name: string; readonly values: readonly (string | number)[] | null }[],
): readonly Choice[] {
  return parameters.reduce<readonly Choice[]>(
    (choices, { name, values }) =>
      values === null ? choices : choices.flatMap((one) => values.map((value) => ({ ...one, [name]: String(value) }))),
    [{}],
  );
}

/** The states that something follows, so that a machine can be stopped before leaving them. */
function withFollowing(): { machine: string; state: string }[] {
  return toldMachines.flatMap((machine) =>
    statesOf[machine]
      .filter((state) => Object.entries(transitions[machine]).some(([from, to]) => from === state && to.length > 0))
      .map((state) => ({ machine, state })),
  );
}

/** Machines share the names of some states, and so some subjects. */
function distinct<C extends Choice>(choices: readonly C[]): C[] {
  return [...new Map(choices.map((choice) => [Object.values(choice).join('.'), choice])).values()];
}
