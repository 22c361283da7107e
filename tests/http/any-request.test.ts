/**
 * Requests of any shape, several at once, on a whole arena in which contests are played: the documented examples with something in them
 * changed, ids that there are and that there are not. Each is answered as the OpenAPI document says, so never with an error of ours.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type RunningApp, startApp } from '../app/running-app.ts';
import { changed, oddities } from '../support/changed.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { type DocumentedServer, readDocumented } from './documented-server.ts';

/** With some forty for each operation, `REQUESTS=4000` finds more. */
const requests = Number(process.env.REQUESTS ?? 600);
const atOnce = 6;

/** Asks models of other hosts, which there are none of here. */
const needsModels = new Set(['post /api/llmmodel/import']);

let app: RunningApp;
let server: DocumentedServer;
let draws: SeededRandom;
/** Ids that were seen in answers, by the model whose list or document they stood in. */
const idsOf = new Map<string, string[]>();

beforeAll(async () => {
  app = await startApp();
  server = await readDocumented(app.url);
  draws = seededRandom();
});
afterAll(() => app.close());

it('is answered as documented, whatever is asked', async () => {
  const names = [...server.operations.keys()].filter((name) => !needsModels.has(name));
  const refused: string[] = [];
  let left = requests;
  let taken = 0;

  async function askOn(): Promise<void> {
    while (left > 0) {
      left -= 1;
      // What is made is needed for all the rest.
      const name = draws.chance(0.25) ? draws.pick(makers) : draws.pick(names);
      try {
        const { status, text, body } = await server.ask(name, anyRequest(name));
        if (status === 200) taken += 1;
        if (status >= 500) refused.push(`${name} was answered ${status}: ${text}`);
        remember(name, body);
      } catch (error) {
        refused.push(String(error));
      }
    }
  }

  await Promise.all(Array.from({ length: atOnce }, askOn));
  expect(refused).toEqual([]);
  expect(taken).toBeGreaterThan(requests / 10);
});

const makers = [
  'post /api/arena',
  'post /api/participant',
  'post /api/contest',
  'post /api/job',
  'post /api/job/batch',
];

function anyRequest(name: string) {
  const operation = server.operations.get(name);
  const example = server.exampleIn(operation?.requestBody?.content['application/json']);
  const body = example === undefined || draws.chance(0.3) ? example : changed(example, draws);
  const inPath = operation?.parameters.filter((one) => one.in === 'path') ?? [];
  const inQuery = operation?.parameters.filter((one) => one.in === 'query' && draws.chance(0.2)) ?? [];
  return {
    path: Object.fromEntries(inPath.map((one) => [one.name, valueFor(one.name, name)])),
    query: Object.fromEntries(inQuery.map((one) => [one.name, valueFor(one.name, name)])),
    ...(body === undefined ? {} : { body }),
  };
}

/** Mostly what may stand there. */
function valueFor(parameter: string, name: string): string {
  if (draws.chance(0.1)) return String(draws.pick(oddities)).slice(0, 200).toWellFormed() || '-';
  const usual: Readonly<Record<string, readonly string[]>> = {
    round_no: ['0', '1', '99'],
    prompt_type: ['player_player_action', 'judge_apply_effects', 'announcer_describe_results'],
    at: ['0', '1', '20', '9999'],
    after: ['0', '5', '9999'],
    limit: ['1', '3'],
    offset: ['0', '2'],
    wait_ms: ['0', '1'],
    as_new: ['true', 'false'],
    format: ['jsonl', 'csv', 'parquet'],
  };
  const known = usual[parameter] ?? idsOf.get(parameter.replace(/_id$/, '')) ?? idsOf.get(modelIn(name)) ?? [];
  return known.length > 0 ? draws.pick(known) : 'nobody-knows-this';
}

function modelIn(name: string): string {
  return /\/api\/(\w+)/.exec(name)?.[1] ?? '';
}

const identified = z.looseObject({ id: z.string().optional(), job_id: z.string().optional() });

function remember(name: string, body: unknown): void {
  const model = modelIn(name);
  const documents = z.array(identified).safeParse(Array.isArray(body) ? body : [body]).data ?? [];
  for (const { id, job_id } of documents) {
    const found = id ?? job_id;
    if (found !== undefined) idsOf.set(model, [...(idsOf.get(modelIn(name)) ?? []), found].slice(-50));
  }
}
