/** Watching a contest: the board, the story, who is being waited for, and how the scores have gone. */
import type { OpenContest } from '../story/open-contest.ts';
import { Board } from './board.tsx';
import { MachineLine } from './machine-line.tsx';
import { Narration } from './narration.tsx';
import { Progress } from './progress.tsx';
import { Standings } from './standings.tsx';
import { Waiting } from './waiting.tsx';

export function WatchView({ contest }: { contest: OpenContest }) {
  return (
    <div class="watch">
      <MachineLine contest={contest} />
      <section class="watch-board" aria-label="The grid">
        <Board contest={contest} />
      </section>
      <section class="watch-side">
        <Standings contest={contest} />
        <Waiting contest={contest} />
      </section>
      <section class="watch-story" aria-label="The story">
        <Narration contest={contest} />
      </section>
      <section class="watch-progress" aria-label="Scores and health">
        <Progress contest={contest} />
      </section>
    </div>
  );
}
