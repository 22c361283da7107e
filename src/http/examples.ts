/** The examples of the API page: a contest with everything inline, played by the bundled scripted agents; a job, and a tree of them. */
import type { z } from 'zod';
import type { createContestSchema } from '../protocol/contest-input.ts';
import type { createBatchSchema, createJobSchema } from '../protocol/job-input.ts';

export const contestExample: z.input<typeof createContestSchema> = {
  arena: {
    name: 'The courtyard',
    description: 'A walled courtyard with a fountain in the middle.',
    width: 8,
    height: 6,
    rules: 'Each turn a player moves up to two cells, or picks up what lies in its cell.',
    winning_condition: 'The first to carry the golden cup to the gate wins.',
    features: [
      { name: 'Golden cup', description: 'It glitters.', position: '4,3' },
      { name: 'Gate', position: '8,1', end_position: '8,2' },
    ],
  },
  participants: [
    { name: 'Ada', role: 'player', agent: { model: 'script:runner' } },
    { name: 'Bix', role: 'player', agent: { model: 'script:runner' } },
    { name: 'Judge', role: 'judge', agent: { model: 'script:referee' } },
    { name: 'Announcer', role: 'announcer', agent: { model: 'script:announcer' } },
  ],
  max_rounds: 10,
  seed: 42,
  start: true,
};

export const jobExample: z.input<typeof createJobSchema> = {
  method: 'POST',
  url: 'https://example.com/reports',
  data: { report: 'weekly' },
  max_attempts: 5,
};

export const batchExample: z.input<typeof createBatchSchema> = {
  batch: { method: 'POST', url: 'https://example.com/done', data: { order: 7 } },
  children: [
    { method: 'GET', url: 'https://example.com/stock/1' },
    {
      batch: { method: 'FINAL' },
      children: [{ method: 'GET', url: 'https://example.com/stock/2' }],
      on_child_failure: 'ignore',
    },
  ],
  on_child_failure: 'wait_all',
};
