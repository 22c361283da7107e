/**
 * Reads the data of an agent's answer in the shape that was asked for. Agents are language models as often as not, so reading is lenient
 * about how JSON is wrapped and strict about what it says: nothing is guessed from prose. The response object around it is
 * `responses.ts`'s; whether names and positions exist in the contest is for the round to check.
 */
import type { z } from 'zod';
import { type AnswerFault, fault, problemsOf, tooLarge } from './answer-faults.ts';
import type { Json } from './json.ts';
import { findJson, parseJson } from './json-in-text.ts';
import { limits } from './limits.ts';
import { answerSchemas } from './messages.ts';
import {
  hasNulls,
  isObject,
  spokenText,
  unescaped,
  withoutNulls,
  withoutThinking,
  wrappingsMax,
} from './spoken-text.ts';
import type { AskType } from './states.ts';

export type { AnswerFault } from './answer-faults.ts';

export type AnswerData<Ask extends AskType> = z.output<(typeof answerSchemas)[Ask]>;

export type ReadAnswer<Data> =
  /** `altered`: something had to be cut away, unwrapped, renamed or repaired. */
  { ok: true; data: Data; altered: boolean } | { ok: false; fault: AnswerFault };

/** What is said of each answer when it is not in shape; the model that wrote it reads this. */
const expectations: Readonly<Record<AskType, string>> = {
  health: '{"name", "state": "OK", "version"}',
  player_player_action: '{"action", "target"?, "narration"?, "memories"?}',
  judge_player_action_judgement: '{"result", "reason"?, "narration"?, "memories"?}',
  judge_apply_effects:
    '{"players": [{"id", "position"?, "health"?, "score"?, "inventory"?}], "features": [{"id", "position"?, "description"?}], "winner_id"?}',
  announcer_describe_arena: 'plain text',
  announcer_describe_results: 'plain text',
  arena_generate_features: '[{"name", "description", "position", "end_position"?}]',
};

const isPlainText: ReadonlySet<AskType> = new Set<AskType>(['announcer_describe_arena', 'announcer_describe_results']);

/** Reads the data of a complete answer into the shape that this ask expects. Never throws; linear in the size of the data. */
export function readAnswer<Ask extends AskType>(ask: Ask, data: unknown): ReadAnswer<AnswerData<Ask>> {
  try {
    return (isPlainText.has(ask) ? readPlainText(data) : readValue(ask, data)) as ReadAnswer<AnswerData<Ask>>;
  } catch {
    // Parsers and checks recurse: what exhausts their stack is not an answer to anything that is asked here.
    return fault('invalid', `the answer nests too deeply; expected ${expectations[ask]}`);
  }
}

function readValue(ask: AskType, data: unknown): ReadAnswer<unknown> {
  if (data === undefined || data === null || data === '')
    return fault('empty', `no data; expected ${expectations[ask]}`);
  const search: Search = { ask, problem: null, unfinished: false, found: false };
  if (typeof data !== 'string') {
    const direct = inShape(search, data);
    if (direct) return direct;
    const unwrapped = searchValue(search, data as Json, 0);
    return unwrapped ?? notFound(search);
  }
  if (data.length > limits.answerBytes) return tooLarge(data.length);
  if (data.trim() === '') return fault('empty', `no data; expected ${expectations[ask]}`);
  const whole = parseJson(data);
  const direct = whole === undefined ? null : inShape(search, whole);
  if (direct) return direct;
  return searchText(search, data, 0) ?? notFound(search);
}

/** What the search for an answer has met so far, for the fault when nothing fits. */
interface Search {
  ask: AskType;
  /** What was wrong with the value that came nearest: the first JSON value looked at, which is the last in the text. */
  problem: string | null;
  unfinished: boolean;
  found: boolean;
}

type Found = { ok: true; data: unknown; altered: boolean };

/** Looks for the answer in a text: outside of the thinking first, in unfinished thinking last. */
function searchText(search: Search, text: string, depth: number): Found | null {
  if (depth > wrappingsMax) return null;
  const whole = parseJson(text);
  if (whole !== undefined) {
    search.found = true;
    return searchValue(search, whole, depth + 1);
  }
  const { spoken, unfinished } = withoutThinking(text);
  for (const part of unfinished === null ? [spoken] : [spoken, unfinished]) {
    const found =
      searchPart(search, part, depth) ?? (part.includes('\\"') ? searchPart(search, unescaped(part), depth) : null);
    if (found) return found;
  }
  return null;
}

function searchPart(search: Search, text: string, depth: number): Found | null {
  const json = findJson(text);
  search.unfinished ||= json.unfinished;
  for (const value of json.values()) {
    const found = searchValue(search, value, depth + 1);
    if (found) return found;
  }
  return null;
}

/** The value itself, or what it wraps: a response object, a JSON text, or an object that holds the answer in one of its keys. */
function searchValue(search: Search, value: Json, depth: number): Found | null {
  if (depth > wrappingsMax) return null;
  if (typeof value === 'string') return searchText(search, value, depth + 1);
  const found = inShape(search, value);
  if (found) return { ...found, altered: true };
  if (typeof value !== 'object' || value === null) return null;
  const data = isObject(value) ? value.data : undefined;
  for (const member of Object.values(value).reverse()) {
    const worthwhile = typeof member === 'object' ? member !== null && !isEmptyList(member) : data === member;
    const inner = worthwhile ? searchValue(search, member, depth + 1) : null;
    if (inner) return inner;
  }
  return null;
}

/** At least one of these keys must be there: every other object would pass for effects in which nothing happens. */
const marks: Partial<Record<AskType, readonly string[]>> = {
  judge_apply_effects: ['players', 'features', 'winner_id'],
};

/** Names that are the same word in another spelling. */
const spellings: Partial<Record<AskType, Readonly<Record<string, string>>>> = {
  arena_generate_features: { endPosition: 'end_position' },
  judge_apply_effects: { winnerId: 'winner_id' },
};

/** More entries than any contest has use for: checking each of a million would hold up everybody else. */
const entriesMax = 10_000;

function inShape(search: Search, value: unknown): Found | null {
  const spelled = respelled(
    search.ask === 'judge_apply_effects' ? withoutNullMembers(value) : value,
    spellings[search.ask],
  );
  const required = marks[search.ask];
  search.found ||= typeof value !== 'string';
  if (required && !(isObject(spelled) && required.some((key) => key in spelled))) {
    search.problem ??= `none of ${required.join(', ')} is there`;
    return null;
  }
  const longest = Math.max(0, ...listsOf(spelled).map((list) => list.length));
  if (longest > entriesMax) {
    search.problem ??= `a list has ${longest} entries, at most ${entriesMax} are read`;
    return null;
  }
  const read: z.ZodSafeParseResult<unknown> = answerSchemas[search.ask].safeParse(spelled);
  if (read.success) return { ok: true, data: read.data, altered: spelled !== value };
  search.problem ??= problemsOf(read.error);
  return null;
}

function notFound({ ask, problem, unfinished, found }: Search): { ok: false; fault: AnswerFault } {
  if (unfinished)
    return fault('truncated', `the answer breaks off in the middle of its JSON; expected ${expectations[ask]}`);
  if (found) return fault('invalid', `${problem ?? 'the data has another shape'}; expected ${expectations[ask]}`);
  return fault('unparsable', `there is no JSON value in the answer; expected ${expectations[ask]}`);
}

function readPlainText(data: unknown): ReadAnswer<string> {
  if (data === undefined || data === null) return fault('empty', 'no data; expected plain text');
  if (typeof data === 'string' && data.length > limits.answerBytes) return tooLarge(data.length);
  const read = spokenText(data, 0);
  if (read === null) return fault('invalid', 'expected plain text, not a JSON object, list or number');
  if (read.text.trim() === '') {
    return read.unfinished
      ? fault('truncated', 'the answer breaks off while thinking; expected plain text')
      : fault('empty', 'the text is empty');
  }
  const checked = answerSchemas.announcer_describe_results.safeParse(read.text);
  if (!checked.success) return fault('invalid', `${problemsOf(checked.error)}; expected plain text`);
  return { ok: true, data: checked.data, altered: checked.data !== data };
}

function respelled(value: unknown, names: Readonly<Record<string, string>> | undefined): unknown {
  if (!names) return value;
  if (Array.isArray(value))
    return value.some((item) => respelled(item, names) !== item) ? value.map((item) => respelled(item, names)) : value;
  if (!isObject(value) || !Object.entries(names).some(([from, to]) => from in value && !(to in value))) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [names[key] ?? key, member]));
}

/** In what changes, null says that it stays as it is: models that follow a strict schema can leave nothing out. */
function withoutNullMembers(effects: unknown): unknown {
  const { players, features } = isObject(effects) ? effects : {};
  if (![players, features].some((list) => Array.isArray(list) && list.some(hasNulls))) return effects;
  const cleared = (list: unknown) => (Array.isArray(list) ? list.map(withoutNulls) : list);
  return { ...(effects as object), players: cleared(players), features: cleared(features) };
}

/** The value if it is a list, or else the lists that it has as members. */
function listsOf(value: unknown): unknown[][] {
  if (Array.isArray(value)) return [value];
  return isObject(value) ? Object.values(value).filter((member) => Array.isArray(member)) : [];
}

function isEmptyList(value: Json): boolean {
  return Array.isArray(value) && value.length === 0;
}
