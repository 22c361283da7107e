/**
 * Says aloud, to those who do not see the page, what comes about by itself: that the line is lost, and that the contest has ended or
 * waits for a person. What the announcer tells is the story's.
 */
import type { OpenContest } from '../story/open-contest.ts';
import type { Contest } from '../story/picture.ts';

export function Announcement({ contest }: { contest: OpenContest }) {
  // As it is now, whatever moment is looked at: who goes through time need not be told.
  const now = contest.last.value.contest;
  const words = contest.connection.value === 'lost' ? 'The connection is lost and comes back by itself.' : wordsOf(now);
  return (
    <p class="unseen" role="status">
      {words}
    </p>
  );
}

function wordsOf(contest: Contest | null): string {
  switch (contest?.state) {
    case 'complete': {
      const winner = contest.seats.find(({ id }) => id === contest.winnerId);
      return `The contest is over. ${winner ? `${winner.name} has won.` : 'Nobody has won.'}`;
    }
    case 'fail':
      return 'The contest has failed, and can be retried.';
    case 'cancelled':
      return 'The contest has been cancelled.';
    default:
      return contest?.paused ? 'The contest has been paused.' : '';
  }
}
