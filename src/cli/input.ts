/** What a command is given to send: from a file, from standard input, or as an argument. */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Json } from '../protocol/json.ts';
import { jsonProblem } from '../protocol/json-problem.ts';
import { type Context, UsageError } from './context.ts';

/** The object to make, from a file, standard input or the argument itself. YAML holds JSON. */
export async function inputOf(file: string | undefined, data: string | undefined, context: Context): Promise<Json> {
  if ((file === undefined) === (data === undefined)) throw new UsageError('Give either a file (or -) or --data.');
  const text = data ?? (await textOf(file ?? '', context));
  try {
    return parse(text) as Json;
  } catch (error) {
    throw new UsageError(`${file ?? '--data'} is neither JSON nor YAML: ${(error as Error).message}`, { cause: error });
  }
}

/** The value of a JSON text; `where` says where it stood. */
export function jsonIn(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new UsageError(`${where} is not JSON: ${jsonProblem(text, error)}`, { cause: error });
  }
}

/** A text file, or `-` for standard input. */
export async function textOf(file: string, context: Context): Promise<string> {
  return file === '-' ? await context.terminal.readInput() : await readText(file);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
