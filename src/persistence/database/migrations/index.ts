/** The migrations in the order in which they run, listed in code so that they work from TypeScript and compiled alike. */
import { ContestPosition } from './contest-position.ts';
import { DeletedGenerations } from './deleted-generations.ts';
import { DeletedJobs } from './deleted-jobs.ts';
import { Evaluations } from './evaluations.ts';
import { Generations } from './generations.ts';
import { InitialSchema } from './initial-schema.ts';
import { JobUsage } from './job-usage.ts';
import { RootStatus } from './root-status.ts';

export const migrations = [
  { name: '0001-initial-schema', class: InitialSchema },
  { name: '0002-deleted-jobs', class: DeletedJobs },
  { name: '0003-generations', class: Generations },
  { name: '0004-evaluations', class: Evaluations },
  { name: '0005-deleted-generations', class: DeletedGenerations },
  { name: '0006-job-usage', class: JobUsage },
  { name: '0007-root-status', class: RootStatus },
  { name: '0008-contest-position', class: ContestPosition },
];
