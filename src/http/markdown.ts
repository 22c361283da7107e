/** The parts of a page of Markdown: headings, tables, quotes, code. Text of others is written so that it stays text. */

export type Row = readonly (string | number | null | undefined)[];

export function document(blocks: readonly string[]): string {
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Empty when there are no rows. */
export function table(head: readonly string[], rows: readonly Row[]): string {
  if (rows.length === 0) return '';
  const line = (cells: Row) =>
    `| ${cells.map((cell) => inline(String(cell ?? '–')).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}

/** What is known of a thing, as a table of names and values; what there is nothing to say of is left out. */
export function facts(known: readonly (readonly [string, string | number | null | undefined])[]): string {
  return table(
    ['', ''],
    known.filter(([, value]) => value !== null && value !== undefined && value !== ''),
  );
}

/** A heading with what stands under it; nothing where nothing does. */
export function section(heading: string, ...blocks: readonly string[]): string[] {
  return blocks.some((block) => block !== '') ? [heading, ...blocks] : [];
}

/** On one line, with no markup and no HTML of its own. An underscore within a word is none, and stays readable. */
export function inline(text: string): string {
  return withoutHtml(text.replace(/\s+/g, ' '))
    .replace(/[\\`*[\]~]|^#|#$/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_');
}

/** As a block quote, that keeps its lines and can neither link nor load anything. */
export function quote(text: string): string {
  if (text.trim() === '') return '';
  return withoutHtml(text)
    .replace(/[[\]]/g, '\\$&')
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** As code: nothing in it is read as Markdown. */
export function indented(text: string): string {
  if (text === '') return '';
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

export function moment(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

function withoutHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
