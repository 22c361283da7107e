/** Follows a contest to its end and shows it: as a screen that is drawn over, or as a report that is added to. */
import type { ContestDocument } from '../../protocol/contest.ts';
import { isContestEnd } from '../../protocol/states.ts';
import type { HttpClient } from '../http-client.ts';
import { pause } from '../pause.ts';
import { isScreen, type Output, type Terminal, wantsColors } from '../terminal.ts';
import { columnsMax, frameLines } from './frame.ts';
import { createPalette } from './palette.ts';
import { openingReport, roundReport } from './report.ts';
import { resultLines } from './result.ts';
import { createScreen } from './screen.ts';
import { type Look, lookAt } from './waiting.ts';

/** Shows a contest each time that it has changed. */
export interface Show {
  update(look: Look): void;
  /** Leaves the last picture where it is. */
  end(): void;
}

/** For machines, which want the end only. */
export const silentShow: Show = { update: () => undefined, end: () => undefined };

export function createShow(output: Output, env: Terminal['env']): Show {
  return isScreen(output, env) ? screenShow(output, env) : reportShow(output, env);
}

function screenShow(output: Output, env: Terminal['env']): Show {
  const palette = createPalette(wantsColors(output, env));
  const { draw, end } = createScreen(output);
  return {
    update: ({ contest, waiting }) =>
      draw(({ columns, lines }) =>
        frameLines(contest, { columns: Math.min(columns, columnsMax), lines, palette, waiting }),
      ),
    end,
  };
}

/** One block per round that is over, in order, however many were played since the last look. */
function reportShow(output: Output, env: Terminal['env']): Show {
  const palette = createPalette(wantsColors(output, env));
  const print = (lines: readonly string[]) => lines.length > 0 && output.write(`${lines.join('\n')}\n`);
  let opened = false;
  let told = 0;
  let ended = false;
  return {
    update: ({ contest }) => {
      if (!opened && contest.rounds[0]?.narrative) {
        opened = true;
        print(openingReport(contest, palette));
      }
      for (const round of contest.rounds.slice(told)) {
        if (round.state !== 'round_complete') break;
        told += 1;
        print(roundReport(contest, round, palette));
      }
      if (isContestEnd(contest.state) && !ended) {
        ended = true;
        print(resultLines(contest, palette));
      }
    },
    end: () => undefined,
  };
}

/** A contest is looked at again at most this often, however fast it moves. */
const refreshMs = 60;

/** Resolves with the contest as it ended, or as it was when the signal was aborted. */
export async function watchContest(options: {
  client: HttpClient;
  contestId: string;
  terminal: Terminal;
  show: Show;
}): Promise<ContestDocument> {
  const { client, contestId, terminal, show } = options;
  const following = new AbortController();
  const signal = AbortSignal.any([terminal.signal, following.signal]);
  let look = await lookAt(client, contestId);
  show.update(look);
  const news = newsOf(client.follow(contestId, { after: look.contest.position, signal }));
  try {
    while (!isContestEnd(look.contest.state) && (await news.wait())) {
      look = await lookAt(client, contestId);
      show.update(look);
      if (!isContestEnd(look.contest.state)) await pause(terminal.clock, refreshMs, signal);
    }
  } finally {
    following.abort();
    show.end();
  }
  return look.contest;
}

/** Turns a stream of entries into "something is new", so that a hundred entries lead to one look. */
function newsOf(entries: AsyncGenerator<unknown>) {
  let fresh = false;
  let over = false;
  let failure: unknown;
  let wake: () => void = () => undefined;
  const drain = async () => {
    for await (const _entry of entries) {
      fresh = true;
      wake();
    }
  };
  drain()
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      over = true;
      wake();
    });
  return {
    /** True when there is something new, false when the stream has ended; rejects when it failed. */
    async wait(): Promise<boolean> {
      if (!fresh && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const seen = fresh;
      fresh = false;
      if (!seen && failure !== undefined) throw failure;
      return seen;
    },
  };
}
