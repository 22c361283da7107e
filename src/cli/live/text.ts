/** Text for a terminal: cleaned of what others may have hidden in it, wrapped, cut and padded to columns. */
import { stripVTControlCharacters } from 'node:util';

/** On one line and without control codes: what agents write must not move the cursor. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
}

/** One of the arena's own pages. What agents wrote is in it, and may not steer the terminal; what is set in stays so. */
export function pageText(page: string): string {
  const lines = page.trimEnd().split('\n');
  return lines.map((line) => (/^ +/.exec(line)?.[0] ?? '') + clean(line)).join('\n');
}

export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Plain text of at most this many columns; what is left out shows as `…`. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** Plain text broken at spaces into lines of at most this many columns; longer words are broken too. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text)
    .split(' ')
    .flatMap((one) => pieces(one, width))) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
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

function pieces(word: string, width: number): string[] {
  const characters = [...word];
  const parts: string[] = [];
  for (let start = 0; start < characters.length; start += width) {
    parts.push(characters.slice(start, start + width).join(''));
  }
  return parts;
}
