/** stub */
import type { Wrapping } from './arena-process.ts';

export interface DeliberateFault {
  readonly name: string;
  readonly wrap: () => Wrapping;
}
export const deliberateFaults: readonly DeliberateFault[] = [];
