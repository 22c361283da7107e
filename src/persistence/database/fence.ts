/**
 * The fence before everything that is written: whether the database still names the owner that writes. Who becomes its owner is
 * `owner.ts`'s.
 */
import { ArenaError } from '../../protocol/errors.ts';
import type { NativeDatabase, Statement } from './native.ts';

/** Another process owns the database; nothing can be written from here any more. */
export class OwnershipLost extends ArenaError {
  constructor() {
    super({ code: 'unavailable', message: 'another process has taken over the database; this one has to stop' });
    this.name = 'OwnershipLost';
  }
}

/** Throws `OwnershipLost` when the database has another owner than the one with this token. Call first in each transaction. */
export function createFence(native: NativeDatabase): (token: string) => void {
  let owner: Statement | null = null;
  return (token) => {
    // A connection may be there before the table is.
    owner ??= native.prepare('select token from owner');
    const row = owner.get() as { token: string | null } | undefined;
    if (row?.token !== token) throw new OwnershipLost();
  };
}
