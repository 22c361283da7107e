/** Runs before each file of tests, also where files share a process. */
import { closeAtEndOfFile } from './end-of-file.ts';

closeAtEndOfFile();
