/** Where a text stops being JSON, and why, in words. Nothing of the text is repeated in them: it may hold a key. */

import { messageOf } from './errors.ts';

const valueExpected = 'a value was expected: text in double quotes, a number, true, false, null, { or [';
const separators: ReadonlySet<string> = new Set([']', '}', ':', ',']);
const beforeValue: ReadonlySet<string> = new Set(['', '[', ':', ',']);
/** V8 says where, but for a value that is missing. */
const located = /^(.+?)(?: in JSON)? at position \d+ \(line (\d+) column (\d+)\)$/;

/** The place is looked for in texts that people write: in the largest bodies that would take many times as long as to read them. */
const searchedMax = 262_144;

/** Of a text and what `JSON.parse` has thrown at it, such as `line 2, column 7: expected ',' or '}' after property value`. */
export function jsonProblem(text: string, thrown: unknown): string {
  const [, why, line, column] = located.exec(messageOf(thrown)) ?? [];
  if (why !== undefined) return `line ${line}, column ${column}: ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
  if (text.length > searchedMax) return `somewhere in it ${valueExpected}`;
  const before = text.slice(0, missingValueAt(text)).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}: ${valueExpected}`;
}

/** Where the first value is missing, in a text with nothing else wrong before it. */
function missingValueAt(text: string): number {
  const token = /[ \t\r\n]+|-?\d[\d.eE+-]*|true|false|null|[[\]{}:,]/y;
  let previous = '';
  for (let at = 0; ; at = token.lastIndex) {
    token.lastIndex = at;
    const found = text.charAt(at) === '"' ? '"' : token.exec(text)?.[0];
    if (found === undefined) return at;
    if (beforeValue.has(previous) && separators.has(found) && previous + found !== '[]') return at;
    if (found === '"') token.lastIndex = behindString(text, at);
    if (found.trim() !== '') previous = found;
  }
}

function behindString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
