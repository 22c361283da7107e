/** `arena <model> list|show|create|delete`, for the models of the catalogue and for contests. */
import { z } from 'zod';
import { contestDocumentSchema } from '../../protocol/contest.ts';
import { type Context, printJson, printLine, type Status } from '../context.ts';
import { inputOf } from '../input.ts';
import type { InvocationOf, ModelNoun } from '../invocation.ts';
import { printListing } from '../listing.ts';
import { pageText } from '../live/text.ts';
import { filterWords, inOptions } from '../option-names.ts';

const rowsSchema = z.array(z.looseObject({ id: z.string() }));
type Row = z.infer<typeof rowsSchema>[number];

interface Column {
  readonly head: string;
  cellOf(row: Row): string;
}

/** As people count rounds, who begin with 1. */
const roundColumn: Column = {
  head: 'round',
  cellOf(row) {
    const { current_round: round, max_rounds: most } = progressSchema.parse(row);
    return round === null ? '' : `${round + 1}/${most}`;
  },
};
const progressSchema = contestDocumentSchema.pick({ current_round: true, max_rounds: true });

/** What a list shows of each, besides its id; of an object its name. */
const columnsOf: Readonly<Record<ModelNoun, readonly (string | Column)[]>> = {
  arena: ['name', 'width', 'height', 'max_random_features'],
  feature: ['name', 'position', 'origin', 'arena_id'],
  participant: ['name', 'role', 'endpoint'],
  strategy: ['name', 'role', 'model'],
  agent: ['name', 'participant_id', 'model', 'strategy_id'],
  llmmodel: ['name', 'key', 'provider', 'active'],
  contest: ['state', 'arena', roundColumn, 'winner_id', 'end_reason'],
};

export async function runModel(invocation: InvocationOf<'model'>, context: Context): Promise<Status> {
  const { model } = invocation;
  const { terminal } = context;
  const client = context.client(invocation.url);
  const { contests, catalogue } = client.arena;
  const calls = model === 'contest' ? contests : catalogue(model);
  switch (invocation.verb) {
    case 'list': {
      const rows = rowsSchema.parse(await inOptions(client.list(model, invocation.filters), { words: filterWords }));
      if (invocation.ids) for (const { id } of rows) printLine(terminal, id);
      else {
        const columns = ['id', ...columnsOf[model]].map((column) =>
          typeof column === 'string' ? plain(column) : column,
        );
        const head = columns.map((column) => column.head);
        const cellsOf = (row: Row) => columns.map((column) => column.cellOf(row));
        printListing({ noun: model, rows, head, cellsOf }, invocation, context);
      }
      return 0;
    }
    case 'show': {
      const id = await client.idOf(model, invocation.id);
      if (invocation.json) printJson(terminal, await calls.get(id));
      else printLine(terminal, pageText(await calls.markdown(id)));
      return 0;
    }
    case 'delete': {
      const id = await client.idOf(model, invocation.id);
      const answer = await calls.remove(id);
      if (invocation.json) printJson(terminal, answer);
      else printLine(terminal, `${id}: deleted`);
      return 0;
    }
    case 'create': {
      const made = await client.post(`/api/${model}`, await inputOf(invocation.file, invocation.data, context));
      if (invocation.json) printJson(terminal, z.looseObject({}).parse(made));
      else printLine(terminal, z.looseObject({ id: z.string() }).parse(made).id);
      return 0;
    }
  }
}

function plain(field: string): Column {
  return {
    head: field,
    cellOf({ [field]: value }) {
      const named = z.looseObject({ name: z.string() }).safeParse(value);
      return named.success ? named.data.name : String(value ?? '');
    },
  };
}
