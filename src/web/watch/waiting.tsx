/** Who is being waited for, for what, and for how long already. */
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import { Said } from '../said.tsx';
import type { OpenContest } from '../story/open-contest.ts';
import { type Contest, type Job, openAsks, type Picture } from '../story/picture.ts';
import { useUnhurried } from '../unhurried.ts';
import { askWords, elapsedWords } from '../words.ts';

export function Waiting({ contest }: { contest: OpenContest }) {
  const { clock } = usePanel();
  const picture = useUnhurried(contest.picture).value;
  const shown = picture.contest;
  if (!shown) return null;
  const isLive = contest.isLive.value;
  const now = isLive ? Math.max(clock.now.value, picture.at) : picture.at;
  const asks = openAsks(picture);
  return (
    <section class="waiting" aria-labelledby="waiting-title">
      <h2 id="waiting-title">{isLive ? 'Waiting for' : 'Waited for at this moment'}</h2>
      {asks.length === 0 ? (
        <p class="quiet">{restWords(picture, shown)}</p>
      ) : (
        <ul>
          {asks.map((job) => (
            <Ask key={job.stream} contestId={contest.id} seats={shown.seats} job={job} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface AskProperties {
  contestId: string;
  seats: Contest['seats'];
  job: Job;
  now: number;
}

function Ask({ contestId, seats, job, now }: AskProperties) {
  const seat = seats.find(({ id }) => id === job.participantId);
  const attempt = job.attempts.at(-1);
  const since = attempt?.requestedAt ?? job.createdAt;
  const length = Math.max(1, (job.dueAt ?? now) - since);
  const share = Math.min(1, Math.max(0, (now - since) / length));
  return (
    <li>
      <a href={linkTo.inspect(contestId, job.id)}>
        <strong>{seat?.name ?? job.participantId}</strong>
        <span class="quiet">{askWords(job.type, job.promptType)}</span>
        <time>{elapsedWords(now - since)}</time>
      </a>
      <div class="bar" aria-hidden="true">
        <i style={{ width: `${100 * share}%` }} />
      </div>
      {(attempt?.number ?? 1) > 1 && (
        <p class="quiet">
          attempt {attempt?.number} of {job.attemptsMax}: <Said text={attempt?.faults.at(-1)?.message ?? job.message} />
        </p>
      )}
    </li>
  );
}

const endedWords: Readonly<Record<string, string>> = {
  created: 'Nobody yet: the contest has not been started.',
  complete: 'Nobody: the contest is over.',
  fail: 'You: the contest failed and rests until it is retried.',
  cancelled: 'Nobody: the contest was cancelled.',
};

function restWords(picture: Picture, contest: Contest): string {
  const ended = endedWords[contest.state];
  if (ended) return ended;
  const isHeld = contest.halted || picture.setup?.halted || picture.rounds.at(-1)?.halted;
  if (contest.paused) return 'You: the contest is paused.';
  return isHeld ? 'You: the next step is yours.' : 'Nobody at this moment.';
}
