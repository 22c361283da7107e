/** What the arena publishes of an entry: each machine's notices, derived from the events and the state they led to. */
import { contestOf } from './address.ts';
import { catalogueNotices } from './catalogue-notices.ts';
import { contestNotices } from './contest/notices.ts';
import type { ContestEvent, ExistingContest } from './contest/state.ts';
import { jobNotices } from './job/notices.ts';
import type { ExistingJob, JobEvent } from './job/state.ts';
import { participantNotices } from './participant/notices.ts';
import type { ExistingParticipant, ParticipantEvent } from './participant/state.ts';
import { roundNotices } from './round/notices.ts';
import type { ExistingRound, RoundEvent } from './round/state.ts';
import type { CommittedEntry } from './runtime/journal.ts';
import type { Publication } from './runtime/publication.ts';
import { setupNotices } from './setup/notices.ts';
import type { ExistingSetup, SetupEvent } from './setup/state.ts';

export function publicationsOf(entry: CommittedEntry): readonly Publication[] {
  const contest = contestOf(entry.root);
  const source = { contest_id: contest ?? '', position: entry.position };
  if (entry.adopted) return adoptionOf(entry);
  switch (entry.kind) {
    case 'contest':
      return contestNotices(
        source,
        entry.state as ExistingContest,
        entry.events as readonly unknown[] as ContestEvent[],
      );
    case 'setup':
      return tell(entry, (state: ExistingSetup, event: SetupEvent) => setupNotices(source, state, event));
    case 'round':
      return tell(entry, (state: ExistingRound, event: RoundEvent) => roundNotices(source, state, event));
    case 'participant':
      return tell(entry, (state: ExistingParticipant, event: ParticipantEvent) =>
        participantNotices(source, state, event),
      );
    case 'job':
      return tell(entry, (state: ExistingJob, event: JobEvent) => jobNotices(source, contest, state, event));
    case 'catalogue':
      return entry.events.flatMap((event) => catalogueNotices(entry.root, event));
    default:
      return [];
  }
}

/** What happened elsewhere was told there: here one thing is new, that there is such a contest. */
function adoptionOf({ position, kind, state, events }: CommittedEntry): readonly Publication[] {
  if (position !== 1 || kind !== 'contest') return [];
  const contest = state as ExistingContest;
  return contestNotices({ contest_id: contest.id, position }, contest, events as readonly unknown[] as ContestEvent[]);
}

/** Whatever machine has made an entry exists after it. */
function tell<S, E>({ state, events }: CommittedEntry, notices: (state: S, event: E) => Publication[]): Publication[] {
  return events.flatMap((event) => notices(state as S, event as unknown as E));
}
