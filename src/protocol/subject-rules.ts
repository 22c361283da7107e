/**
 * What NATS takes as a subject, a pattern and a header, said in words a person can act on. Which subjects the arena
 * uses is the catalogue's, `subjects.ts`; both bus adapters hold to these rules.
 */
import { ArenaError } from './errors.ts';
import { isAskType } from './states.ts';

const plainSubject = /^[^\s\0.*>]+(?:\.[^\s\0.*>]+)*$/;
const plainToken = /^[^\s\0.*>]+$/;
const blank = /[\s\0]/;
/** What is published on these for somebody else would pass for the word of the arena, of an agent or of the server. */
const reservedSubjects: readonly (readonly [RegExp, string])[] = [
  [/^(\$|_INBOX\.)/, '$… and _INBOX belong to the server and to who asks'],
  [
    /^(arena|sys|actor)(\.|$)/,
    'what is under arena, sys and actor is told and asked by the arena and its agents alone',
  ],
];
/** NATS takes header names of printable ASCII without the colon, and values without line breaks. */
const headerName = /^[!-9;-~]+$/;
const lineBreak = /[\r\n]/;

/** Why nothing can be published on a subject, or null when something can. A token may contain `*` or `>` but not be one. */
export function subjectProblem(subject: string): string | null {
  if (plainSubject.test(subject)) return null;
  const tokens = subject.split('.');
  if (tokens.includes('*') || tokens.includes('>')) return 'has a wildcard, which only a subscription may have';
  return textProblem(subject, tokens);
}

/** Why nobody can have something published on a subject of their choice, or null when they can. */
export function chosenSubjectProblem(subject: string): string | null {
  for (const [reserved, why] of reservedSubjects) if (reserved.test(subject)) return `is reserved: ${why}`;
  if (isBetweenArenaAndAgent(subject))
    return 'is reserved: on …request.<what is asked>.<job> and …response.<what is asked>.<job> the arena and its agents are heard alone';
  return subjectProblem(subject);
}

/** Whatever the prefix: any may be an agent's endpoint by the time that something is published. */
function isBetweenArenaAndAgent(subject: string): boolean {
  const [way, askType] = subject.split('.').slice(-3);
  return (way === 'request' || way === 'response') && askType !== undefined && isAskType(askType);
}

/** Why nobody can subscribe to a pattern, or null when one can. */
function patternProblem(pattern: string): string | null {
  const tokens = pattern.split('.');
  if (tokens.slice(0, -1).includes('>')) return 'has ">" before its end';
  return textProblem(pattern, tokens);
}

/** Why a text cannot stand between two dots of a subject, or null when it can. Stricter than NATS: no `*` or `>` at all. */
export function tokenProblem(token: string): string | null {
  if (plainToken.test(token)) return null;
  return token === '' ? 'is empty' : 'has a dot, white space or a wildcard';
}

/** The token itself; throws `ArenaError` `invalid` when it cannot be one. `name` says what it was meant to be. */
export function checkedToken(name: string, token: string): string {
  const problem = tokenProblem(token);
  if (problem) throw invalid(`${name} ${quoted(token)} ${problem}`);
  return token;
}

/** Throws `ArenaError` `invalid` when nothing can be published on this subject. */
export function checkSubject(subject: string): void {
  const problem = subjectProblem(subject);
  if (problem) throw invalid(`subject ${quoted(subject)} ${problem}`);
}

/** The subject itself; throws `ArenaError` `invalid` when nobody can have something published on it. */
export function checkedChosenSubject(subject: string): string {
  const problem = chosenSubjectProblem(subject);
  if (problem) throw invalid(`subject ${quoted(subject)} ${problem}`);
  return subject;
}

/** Throws `ArenaError` `invalid` when nobody can subscribe to this pattern, or not with this queue name. */
export function checkPattern(pattern: string, queue?: string): void {
  const problem = patternProblem(pattern);
  if (problem) throw invalid(`subscription ${quoted(pattern)} ${problem}`);
  if (queue !== undefined && (queue === '' || blank.test(queue)))
    throw invalid(`queue name ${quoted(queue)} is empty or has white space`);
}

/** Throws `ArenaError` `invalid` for a header that NATS does not carry. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name)) throw invalid(`header name ${quoted(name)} must be printable ASCII without a colon`);
    if (lineBreak.test(value)) throw invalid(`header ${quoted(name)} has a line break in its value`);
  }
}

function textProblem(text: string, tokens: readonly string[]): string | null {
  if (text === '') return 'is empty';
  if (blank.test(text)) return 'has white space';
  if (tokens.includes('')) return 'has an empty token';
  return null;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

function invalid(message: string): ArenaError {
  return new ArenaError({ code: 'invalid', message });
}
