/** The JSON body of a command, whatever carried it. What its fields may be is their schema's; here is what no schema gets to see. */
import { ArenaError } from './errors.ts';
import { jsonProblem } from './json-problem.ts';

/** Throws `bad_request`. What was sent is not repeated: it may hold a key. */
export function readJsonBody(body: Uint8Array): unknown {
  const text = textOf(body);
  const value = parsed(text);
  // Most bodies have none of these words, and need not be searched.
  const path = /__proto__|prototype|\\u/.test(text) ? forgedKey(value) : null;
  if (path === null) return value;
  throw new ArenaError({
    code: 'bad_request',
    message: `The body has the key ${path}, which programs could take for an object's prototype: give it another name.`,
    problems: [{ path, message: 'a key of this name is not taken' }],
  });
}

/** What is not text is refused: with characters put in for it, it would be kept as something that nobody has sent. */
function textOf(body: Uint8Array): string {
  try {
    // A mark of the byte order at the beginning is left out.
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new ArenaError({ code: 'bad_request', message: 'The body is not text in UTF-8.' }, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ArenaError(
      { code: 'bad_request', message: `The body is not JSON: ${jsonProblem(text, cause)}.` },
      { cause },
    );
  }
}

/** The path of the first `__proto__`, or of a `constructor` with a `prototype`; null when there is none. Needs no stack. */
function forgedKey(value: unknown): string | null {
  const open: [path: string, value: unknown][] = [['', value]];
  for (const [path, one] of open) {
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, below] of Object.entries(one)) {
      const at = Array.isArray(one) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
      if (key === '__proto__' || (key === 'constructor' && hasPrototype(below))) return at;
      open.push([at, below]);
    }
  }
  return null;
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
