/** The port of jobs with none in it: jobs over HTTP are tried against the real arena. */
import type { Jobs } from '../../src/actors/jobs.ts';
import { ArenaError } from '../../src/protocol/errors.ts';

const refuse = (): Promise<never> =>
  Promise.reject(new ArenaError({ code: 'not_found', message: 'There are no jobs here.' }));

export const noJobs: Jobs = {
  create: refuse,
  makeJob: refuse,
  get: refuse,
  tree: refuse,
  history: refuse,
  request: refuse,
  list: () => Promise.resolve([]),
  cancel: refuse,
  retry: refuse,
  clone: refuse,
  answer: refuse,
  remove: refuse,
};
