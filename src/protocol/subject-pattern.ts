/**
 * Subjects with named parameters, such as `actor.agent.{participant}.response.health`: from a declaration come the functions
 * that build and parse it, typed by its parameters. Which subjects there are is the catalogue's, `subjects.ts`.
 */
import type { z } from 'zod';
import { ArenaError } from './errors.ts';
import { modelActions, toldMachines, toldStates } from './notices.ts';
import { askTypes, contestStates, jobStates, participantStates, roundStates, setupStates } from './states.ts';
import { tokenProblem } from './subject-rules.ts';

const generatePhases = ['request', 'complete', 'fail'] as const;
export const arenaModels = ['arena', 'feature', 'participant', 'contest', 'round', 'job'] as const;
export const actorModels = ['participant', 'agent', 'strategy', 'generatejob', 'llmmodel'] as const;

const stateNames = new Set<string>([
  ...contestStates,
  ...setupStates,
  ...roundStates,
  ...participantStates,
  ...jobStates,
]);

/** Everything that can stand in braces, by its name. A job's id is never a state's name: a subject can end in either. */
const parameterKinds = {
  participant: text('the id of the participant'),
  contest: text('the id of the contest'),
  job: text('the id of the job; never the name of a state', (token) => !stateNames.has(token)),
  generateJob: text('the id of the generate job'),
  round: count('the number of the round, from 0'),
  host: text('the id of the host that asked'),
  question: count('the number of its question'),
  askType: oneOf('what is asked: a prompt type, or health', askTypes),
  generatePhase: oneOf('what became of the generation', generatePhases),
  machine: oneOf('which machine', toldMachines),
  from: oneOf('the state that was left', toldStates),
  to: oneOf('the state that was entered', toldStates),
  state: oneOf('the state that the machine is in', toldStates),
  arenaModel: oneOf('the model, of the arena', arenaModels),
  actorModel: oneOf('the model, of the actors', actorModels),
  action: oneOf('what happened to it', modelActions),
} as const;

type ParameterKinds = typeof parameterKinds;
type ParameterName = keyof ParameterKinds;
type ValueOf<N extends ParameterName> = ParameterKinds[N] extends ParameterKind<infer T> ? T : never;
type NamesIn<P extends string> = P extends `${string}{${infer N}}${infer Rest}`
  ? (N & ParameterName) | NamesIn<Rest>
  : never;
/** The parameters of a pattern with their types. */
export type ParametersOf<P extends string> = { readonly [N in NamesIn<P>]: ValueOf<N> };

interface ParameterKind<T extends string | number> {
  readonly description: string;
  /** All values there are, or null when any token is one. */
  readonly values: readonly T[] | null;
  /** The value that a token stands for, or undefined when it stands for none. */
  read(token: string): T | undefined;
}

/**
 * `out`, `in`: what the arena tells and takes. `to_agent`, `from_agent`: what it asks an agent and what that answers. `between_hosts`: what
 * the hosts of agents tell each other, and nobody else.
 */
type Direction = 'out' | 'in' | 'to_agent' | 'from_agent' | 'between_hosts';

export interface SubjectDeclaration<P extends string> {
  readonly pattern: P;
  readonly direction: Direction;
  readonly description: string;
  /** The body: a name for documents, and its shape. */
  readonly payload: { readonly name: string; readonly schema: z.ZodType };
}

export interface Subject<P extends string> extends SubjectDeclaration<P> {
  readonly parameters: readonly {
    name: ParameterName;
    description: string;
    values: readonly (string | number)[] | null;
  }[];
  /** What to subscribe to for all of them: the pattern with `*` for each token that has a parameter. */
  readonly wildcard: string;
  /** Throws `ArenaError` `invalid` for a value that cannot stand there. */
  build(values: ParametersOf<P>): string;
  /** The parameters of a subject, or null when it is another one. */
  parse(subject: string): ParametersOf<P> | null;
}

export function declareSubject<const P extends string>(declaration: SubjectDeclaration<P>): Subject<P> {
  const { pattern } = declaration;
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((found) => kindNamed(found[1] ?? ''));
  // Cut once: an arena of many contests builds thousands of subjects a second.
  const literals = pattern.split(/\{\w+\}/);
  const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replace(/\{\w+\}/g, '([^.\\s]+)')}$`);

  return {
    ...declaration,
    parameters: names.map((name) => ({
      name,
      description: parameterKinds[name].description,
      values: parameterKinds[name].values,
    })),
    wildcard: pattern.replace(/[^.]*\{\w+\}[^.]*/g, '*'),
    build: (values) => {
      const given: Readonly<Partial<Record<ParameterName, string | number>>> = values;
      return names.reduce(
        (subject, name, index) => subject + writtenToken(name, given[name]) + literals[index + 1],
        literals[0] ?? '',
      );
    },
    parse: (subject) => {
      const tokens = expression.exec(subject)?.slice(1);
      if (!tokens) return null;
      const values: Partial<Record<ParameterName, string | number>> = {};
      for (const [index, name] of names.entries()) {
        const value = parameterKinds[name].read(tokens[index] ?? '');
        if (value === undefined) return null;
        values[name] = value;
      }
      return values as ParametersOf<P>;
    },
  };
}

function kindNamed(name: string): ParameterName {
  if (!Object.hasOwn(parameterKinds, name)) throw new Error(`a subject has the unknown parameter {${name}}`);
  return name as ParameterName;
}

/** The token for a value; throws `ArenaError` `invalid` for a value that would not be read back as itself. */
function writtenToken(name: ParameterName, value: string | number | undefined): string {
  const token = String(value);
  if (value !== undefined && parameterKinds[name].read(token) === value) return token;
  throw new ArenaError({
    code: 'invalid',
    message: `${JSON.stringify(token.slice(0, 100))} cannot be a subject's {${name}}`,
  });
}

function text(description: string, accepts: (token: string) => boolean = () => true): ParameterKind<string> {
  return {
    description,
    values: null,
    read: (token) => (tokenProblem(token) === null && accepts(token) ? token : undefined),
  };
}

function count(description: string): ParameterKind<number> {
  return { description, values: null, read: (token) => (/^(0|[1-9]\d{0,8})$/.test(token) ? Number(token) : undefined) };
}

function oneOf<const T extends string>(description: string, values: readonly T[]): ParameterKind<T> {
  const known: ReadonlyMap<string, T> = new Map(values.map((value) => [value, value]));
  return { description, values, read: (token) => known.get(token) };
}
