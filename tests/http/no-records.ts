/** No contest has a record: for tests that look at something else. */
import type { Records } from '../../src/actors/records.ts';
import { ArenaError } from '../../src/protocol/errors.ts';

const none = () => Promise.reject(new ArenaError({ code: 'not_found', message: 'there is no such contest' }));

export const noRecords: Records = { audit: none, turns: none };
