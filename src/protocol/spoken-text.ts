/** What a model says, freed from what surrounds it: its thinking, a fence, quotation marks, a response object around the text. */
import type { Json } from './json.ts';
import { parseJson } from './json-in-text.ts';
import { responseSchema } from './messages.ts';

/** JSON in a text in JSON in a text …: each level at least doubles the escapes, so more than this is not an honest answer. */
export const wrappingsMax = 16;

/**
 * The text that was said, or null when the data is a JSON value that is not text. `unfinished`: it broke off while thinking.
 */
export function spokenText(data: unknown, depth: number): { text: string; unfinished: boolean } | null {
  if (isObject(data) && looksLikeResponse(data) && depth < wrappingsMax) return spokenText(data.data, depth + 1);
  if (typeof data !== 'string') return null;
  const { spoken, unfinished } = withoutThinking(data);
  const text = withoutFence(spoken.trim());
  if (depth < wrappingsMax && (text.startsWith('"') || text.startsWith('{'))) {
    const value = parseJson(text);
    if (typeof value === 'string' || isObject(value)) return spokenText(value, depth + 1);
  }
  return { text: text.includes('\n') ? text : text.replaceAll('\\n', '\n'), unfinished: unfinished !== null };
}

/** The text inside a fence that surrounds all of it. */
function withoutFence(text: string): string {
  if (text.length < 6 || !text.startsWith('```') || !text.endsWith('```')) return text;
  const lineEnd = text.indexOf('\n');
  const inside = text.slice(lineEnd === -1 ? 3 : lineEnd, -3).trim();
  return inside.includes('```') ? text : inside;
}

/**
 * A text without the model's thinking. A closing tag without an opening one ends thinking that began before the text; an opening
 * tag that is never closed leaves `unfinished`, what was thought until the text broke off.
 */
export function withoutThinking(text: string): { spoken: string; unfinished: string | null } {
  let spoken = '';
  let last = 0;
  let thinkingFrom: number | null = null;
  for (const tag of text.matchAll(/<(\/?)(?:think|thinking|reasoning)>/gi)) {
    const end = tag.index + tag[0].length;
    if (tag[1] === '') {
      if (thinkingFrom !== null) continue;
      spoken += text.slice(last, tag.index);
      thinkingFrom = end;
    } else {
      if (thinkingFrom === null) spoken = '';
      thinkingFrom = null;
      last = end;
    }
  }
  if (thinkingFrom !== null) return { spoken, unfinished: text.slice(thinkingFrom) };
  return { spoken: spoken + text.slice(last), unfinished: null };
}

/** A text that was escaped as if it stood in quotation marks, without the escapes. */
export function unescaped(text: string): string {
  const value = parseJson(`"${text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}"`);
  return typeof value === 'string' ? value : '';
}

const responseStates: readonly string[] = responseSchema.shape.state.options;

/** Whether an object is an envelope and not an answer: no answer to a prompt has a state of these. */
export function looksLikeResponse(value: { [key: string]: Json }): boolean {
  return (
    typeof value.state === 'string' &&
    responseStates.includes(value.state) &&
    !('result' in value) &&
    !('action' in value)
  );
}

export function isObject(value: unknown): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Other languages write `null` for what is not there. */
export function withoutNulls(value: Json): Json {
  if (!hasNulls(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

export function hasNulls(value: unknown): value is { [key: string]: Json } {
  return isObject(value) && Object.values(value).includes(null);
}
