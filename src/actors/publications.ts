/** What the arena tells everybody of an entry: each machine's notices, derived from the events and the state they led to. */
import { contestOf } from './address.ts';
import { catalogueNotices } from './catalogue-notices.ts';
import { contestNotices } from './contest/notices.ts';
import type { ContestEvent, ExistingContest } from './contest/state.ts';
import { jobNotices } from './job/notices.ts';
import type { ExistingJob, JobEvent, JobState } from './job/state.ts';
import { participantNotices } from './participant/notices.ts';
import type { ExistingParticipant, ParticipantEvent, ParticipantState } from './participant/state.ts';
import { roundNotices } from './round/notices.ts';
import type { ExistingRound, RoundEvent, RoundState } from './round/state.ts';
import type { CommittedEntry } from './runtime/journal.ts';
import type { Publication } from './runtime/publication.ts';
import { setupNotices } from './setup/notices.ts';
import type { ExistingSetup, SetupEvent, SetupState } from './setup/state.ts';

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
      return tell(entry, entry.state as SetupState, (state, event: SetupEvent) =>
        setupNotices(source, state as ExistingSetup, event),
      );
    case 'round':
      return tell(entry, entry.state as RoundState, (state, event: RoundEvent) =>
        roundNotices(source, state as ExistingRound, event),
      );
    case 'participant':
      return tell(entry, entry.state as ParticipantState, (state, event: ParticipantEvent) =>
        participantNotices(source, state as ExistingParticipant, event),
      );
    case 'job':
      return tell(entry, entry.state as JobState, (state, event: JobEvent) =>
        jobNotices(source, contest, state as ExistingJob, event),
      );
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

function tell<S, E>(entry: CommittedEntry, state: S, notices: (state: S, event: E) => Publication[]): Publication[] {
  return entry.events.flatMap((event) => notices(state, event as unknown as E));
}
