/** The migrations in the order in which they run, listed in code so that they work from TypeScript and compiled alike. */
import { InitialSchema } from './initial-schema.ts';

export const migrations = [{ name: '0001-initial-schema', class: InitialSchema }];
