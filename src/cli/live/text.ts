/** Text for a terminal: cleaned of what others may have hidden in it, wrapped, cut and padded to columns. */
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';

/** What is read as one character, such as a family in one picture. */
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * On one line and without control codes: what agents write must neither move the cursor nor turn around what stands behind it. Of what is
 * not seen only the joiners stay, with which some scripts and pictures are written.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/(?![\u200c\u200d])\p{Cf}/gu, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** One of the arena's own pages. What agents wrote is in it, and may not steer the terminal; what is set in stays so. */
export function pageText(page: string): string {
  const lines = page.trimEnd().split('\n');
  return lines.map((line) => (/^ +/.exec(line)?.[0] ?? '') + clean(line)).join('\n');
}

/** How many columns it takes. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Plain text of at most this many columns; what is left out shows as `…`. */
export function cut(text: string, width: number): string {
  let used = 0;
  let kept = 0;
  for (const { segment, index } of characters.segment(text)) {
    used += widthOf(segment);
    if (used > width) return `${text.slice(0, kept)}…`;
    if (used < width) kept = index + segment.length;
  }
  return text;
}

/** Plain text broken at spaces into lines of at most this many columns; longer words are broken too. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const { word, columns } of clean(text)
    .split(' ')
    .flatMap((one) => pieces(one, width))) {
    if (line !== '' && used + 1 + columns <= width) {
      line += ` ${word}`;
      used += 1 + columns;
    } else {
      if (line !== '') lines.push(line);
      line = word;
      used = columns;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Short texts set side by side, none of them broken, in lines of at most this many columns. */
export function wrapItems(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items.map((text) => cut(clean(text), width))) {
    const line = lines.at(-1);
    if (line !== undefined && widthOf(line) + 2 + widthOf(item) <= width) lines[lines.length - 1] = `${line}  ${item}`;
    else lines.push(item);
  }
  return lines;
}

interface Piece {
  readonly word: string;
  readonly columns: number;
}

function pieces(word: string, width: number): Piece[] {
  const whole = widthOf(word);
  if (whole <= width) return [{ word, columns: whole }];
  const parts: Piece[] = [];
  let part: Piece = { word: '', columns: 0 };
  for (const { segment } of characters.segment(word)) {
    const columns = widthOf(segment);
    if (part.word !== '' && part.columns + columns > width) {
      parts.push(part);
      part = { word: '', columns: 0 };
    }
    part = { word: part.word + segment, columns: part.columns + columns };
  }
  return [...parts, part];
}
