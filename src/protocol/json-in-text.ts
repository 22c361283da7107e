/**
 * Finds the JSON values that a text contains, last one first, and whether one begins that does not end. It judges no shape and
 * repairs only what stands between two brackets; which value is the answer is for `answers.ts`.
 */
import { jsonrepair } from 'jsonrepair';
import type { Json } from './json.ts';

/** A stretch of text from an opening bracket to behind its closing one. */
interface Span {
  start: number;
  end: number;
}

export interface JsonInText {
  /** The values, those that end last first, without those inside them. Parsed as they are asked for. */
  values(): Generator<Json>;
  /** A bracket that looks like the beginning of JSON is never closed. */
  unfinished: boolean;
  /** Characters looked at so far, so that a test can hold the bound. */
  work(): number;
}

/** A stray quotation mark hides what follows it; so many times the text is read again behind the bracket that stayed open. */
const rescansMax = 2;
/** Of very many bracketed stretches the last ones are kept. */
const spansMax = 4_096;
/** Characters given to parsers, as a multiple of the text's length: values nest, and each may need to be tried. */
const parseFactor = 6;
const parseAllowance = 65_536;
/** Repair is for what a model wrote by hand; it costs more than parsing, and recurses. */
const repairLengthMax = 131_072;
const repairCost = 4;

/** Linear in the text: the text is read a bounded number of times, and parsing stops when its budget is used up. */
export function findJson(text: string): JsonInText {
  const spans = new Map<number, Span>();
  let unfinished = false;
  let work = 0;
  let from = 0;
  for (let pass = 0; pass <= rescansMax; pass += 1) {
    const scan = scanBrackets(text, from);
    work += text.length - from;
    // A stretch that a later pass ends elsewhere was cut by a stray quotation mark; the first reading of each end stands.
    for (const span of scan.spans) if (!spans.has(span.end)) spans.set(span.end, span);
    if (pass === 0) unfinished = scan.open.some((start) => looksLikeJson(text, start));
    const outermost = scan.open[0];
    if (outermost === undefined) break;
    from = outermost + 1;
  }

  let budget = text.length * parseFactor + parseAllowance;
  function* values(): Generator<Json> {
    let insideFrom = text.length;
    for (const span of [...spans.values()].sort((a, b) => b.end - a.end)) {
      if (span.start >= insideFrom) continue;
      const source = text.slice(span.start, span.end);
      if (isPlaceholder(source)) continue;
      if (source.length > budget) return;
      const cost = { characters: 0 };
      const value = parseLeniently(source, cost);
      budget -= cost.characters;
      work += cost.characters;
      if (value === undefined) continue;
      insideFrom = span.start;
      yield value;
    }
  }
  return { values, unfinished, work: () => work };
}

interface BracketScan {
  spans: Span[];
  /** Positions of the brackets that stayed open, outermost first. */
  open: number[];
}

const openerOf: Readonly<Record<string, string>> = { '}': '{', ']': '[' };

function scanBrackets(text: string, from: number): BracketScan {
  const spans: Span[] = [];
  const open: number[] = [];
  const openCounts: Record<string, number> = { '{': 0, '[': 0 };
  let inString = false;
  for (let i = from; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '\\') {
      i += 1;
    } else if (inString) {
      inString = character !== '"';
    } else if (character === '{' || character === '[') {
      open.push(i);
      openCounts[character] = (openCounts[character] ?? 0) + 1;
    } else if (character === '"') {
      inString = open.length > 0;
    } else {
      const opener = openerOf[character];
      if (opener === undefined || (openCounts[opener] ?? 0) === 0) continue;
      // What was opened in between and never closed is given up: each bracket is popped once, so this stays linear.
      for (;;) {
        const start = open.pop() as number;
        const popped = text.charAt(start);
        openCounts[popped] = (openCounts[popped] ?? 0) - 1;
        if (popped !== opener) continue;
        spans.push({ start, end: i + 1 });
        break;
      }
    }
  }
  return { spans: spans.slice(-spansMax), open };
}

/** An object begins with a key or nothing; a list that matters begins with an object, a list or a text. */
function looksLikeJson(text: string, start: number): boolean {
  let next = start + 1;
  while (next < text.length && /[\s\\n]/.test(text.charAt(next))) next += 1;
  if (next >= text.length) return true;
  return text.charAt(start) === '{' ? text.charAt(next) === '"' : /["{[]/.test(text.charAt(next));
}

/** `[...]` and its like stand for a list that comes later. */
function isPlaceholder(source: string): boolean {
  return source.length < 40 && /^[[{][\s.…]*[.…][\s.…]*[\]}]$/.test(source);
}

function parseLeniently(source: string, cost: { characters: number }): Json | undefined {
  cost.characters += source.length;
  const strict = parseJson(source);
  if (strict !== undefined) return strict;
  // Without a single quotation mark it is prose in brackets, which repair would turn into something.
  if (source.length > repairLengthMax || !/["'“”]/.test(source)) return undefined;
  cost.characters += source.length * repairCost;
  try {
    return parseJson(jsonrepair(withoutStrayEscapes(source)));
  } catch {
    return undefined;
  }
}

/** A `\n` written as two characters between values becomes a space; inside a text it is a line break already. */
function withoutStrayEscapes(source: string): string {
  return source.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"|\\[\s\S]/g, (token) => (/^\\[nrt]/.test(token) ? ' ' : token));
}

/** The value of a JSON text, or undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of texts nest deeper than allowed: what walks through JSON recurses, and must not run out of stack. */
export function nestsDeeperThan(text: string, levels: number): boolean {
  if (text.length <= levels) return false;
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > levels) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}
