/** A row of the catalogue as Markdown: its short fields as a table, its texts as quotes, what is inside it by its own kind. */
import { featureSchema } from '../protocol/contest.ts';
import { features } from './contest-markdown.ts';
import { document, facts, indented, inline, moment, quote, section } from './markdown.ts';
import type { CatalogueDocument } from './ports.ts';

/** A longer text stands on its own, under its name. */
const shortMax = 80;

export function catalogueMarkdown(model: string, row: CatalogueDocument): string {
  const fields = Object.entries(row).filter(([field]) => field !== 'name');
  return document([
    `# ${inline(String(row.name ?? row.id))} (${model})`,
    facts(fields.flatMap(([field, value]) => (isShort(value) ? [[inWords(field), shown(field, value)] as const] : []))),
    ...fields.flatMap(([field, value]) => (isShort(value) ? [] : section(`## ${inWords(field)}`, ...blocks(value)))),
  ]);
}

type Short = string | number | boolean | null;

function isShort(value: unknown): value is Short {
  if (typeof value === 'string') return value.length <= shortMax && !value.includes('\n');
  return typeof value !== 'object' || value === null;
}

function shown(field: string, value: Short): string | null {
  if (typeof value === 'number' && field.endsWith('_at')) return moment(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? null : String(value);
}

function blocks(value: unknown): string[] {
  if (typeof value === 'string') return [quote(value)];
  const placed = featureSchema.array().safeParse(value);
  if (placed.success) return [features(placed.data)];
  return Array.isArray(value) ? value.flatMap(promptBlocks) : [indented(JSON.stringify(value, null, 2))];
}

/** The prompts of a strategy: templates, which are kept as they are. */
function promptBlocks(value: unknown): string[] {
  const { key, prompt } = value as { key?: unknown; prompt?: unknown };
  if (typeof key !== 'string' || typeof prompt !== 'string') return [indented(JSON.stringify(value, null, 2))];
  return [`### ${inline(key)}`, indented(prompt)];
}

/** `winning_condition` as `Winning condition`. */
function inWords(field: string): string {
  const words = field.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
