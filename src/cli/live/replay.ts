/** Shows a contest again as it was, from entry to entry: with keys on a terminal, as one text after the other elsewhere. */
import { z } from 'zod';
import { type ContestDocument, contestDocumentSchema } from '../../protocol/contest.ts';
import { entrySchema } from '../../protocol/entries.ts';
import type { HttpClient } from '../http-client.ts';
import { aborted, pause } from '../pause.ts';
import { isScreen, type Terminal, wantsColors } from '../terminal.ts';
import { columnsMax, frameLines } from './frame.ts';
import { stayOf } from './pace.ts';
import { createPalette } from './palette.ts';
import { type PlayerState, playerLine, press, startPlayer, tick } from './player.ts';
import { createScreen } from './screen.ts';
import { cut } from './text.ts';

export interface Replay {
  /** The positions that change the picture, ascending. */
  readonly positions: readonly number[];
  frame(position: number): Promise<ContestDocument>;
}

/** What these machines do is seen; a job shows in its round. */
const shownKinds: ReadonlySet<string> = new Set(['contest', 'setup', 'round', 'participant']);

export async function openReplay(client: HttpClient, contestId: string): Promise<Replay> {
  const { contests } = client.arena;
  const entries = z.array(entrySchema).parse(await contests.entries(contestId));
  const frames = new Map<number, Promise<ContestDocument>>();
  return {
    positions: entries.filter(({ kind }) => shownKinds.has(kind)).map(({ position }) => position),
    frame(position) {
      const frame =
        frames.get(position) ??
        contests.stateAt(contestId, position).then((document) => contestDocumentSchema.parse(document));
      frames.set(position, frame);
      return frame;
    },
  };
}

export async function showReplay(
  replay: Replay,
  terminal: Terminal,
  options: { speed: number; json: boolean },
): Promise<void> {
  const { readKeys } = terminal;
  if (options.json || !readKeys || !isScreen(terminal.out, terminal.env)) return print(replay, terminal, options.json);
  const keyed = new Keyed(readKeys, startPlayer(replay.positions.length, options.speed));
  try {
    await play(replay, terminal, keyed);
  } finally {
    keyed.stop();
  }
}

/** The player's state, which keys change at any time. */
class Keyed {
  state: PlayerState;
  readonly stop: () => void;
  private wake = new AbortController();

  constructor(readKeys: NonNullable<Terminal['readKeys']>, state: PlayerState) {
    this.state = state;
    this.stop = readKeys((key) => {
      this.state = press(this.state, key);
      this.wake.abort();
      this.wake = new AbortController();
    });
  }

  /** Aborted by the next key. */
  get pressed(): AbortSignal {
    return this.wake.signal;
  }
}

async function play(replay: Replay, terminal: Terminal, keyed: Keyed): Promise<void> {
  const palette = createPalette(wantsColors(terminal.out, terminal.env));
  const screen = createScreen(terminal.out);
  while (!keyed.state.ended && !terminal.signal.aborted) {
    const { pressed, state } = keyed;
    const position = replay.positions[state.index] ?? 1;
    const contest = await replay.frame(position);
    if (keyed.state !== state) continue;
    screen.draw((size) => {
      const columns = Math.min(size.columns, columnsMax);
      const lines = frameLines(contest, { columns, lines: size.lines - 2, palette });
      return [...lines, '', palette.dim(cut(playerLine(state, position), columns))];
    });
    const signal = AbortSignal.any([terminal.signal, pressed]);
    if (state.playing) await pause(terminal.clock, stayOf(contest) / state.speed, signal);
    else await aborted(signal);
    if (keyed.state === state) keyed.state = tick(state);
  }
  screen.end();
}

async function print({ positions, frame }: Replay, { out, env, signal }: Terminal, json: boolean): Promise<void> {
  const palette = createPalette(wantsColors(out, env));
  for (const position of positions) {
    if (signal.aborted) return;
    const contest = await frame(position);
    if (json) out.write(`${JSON.stringify(contest)}\n`);
    else
      out.write(
        `── entry ${position} ──\n${frameLines(contest, { columns: 100, lines: 200, palette }).join('\n')}\n\n`,
      );
  }
}
