/** Where a replay is and how fast it goes, and what each key makes of it. Pure: drawing and waiting are `replay.ts`'s. */
export interface PlayerState {
  /** Which frame is shown, from 0. */
  readonly index: number;
  readonly count: number;
  readonly playing: boolean;
  readonly speed: number;
  readonly ended: boolean;
}

export function startPlayer(count: number, speed: number): PlayerState {
  return { index: 0, count, playing: true, speed, ended: false };
}

const speedRange = { min: 0.25, max: 32 } as const;

type Change = (state: PlayerState) => Partial<PlayerState>;
const playOrPause: Change = ({ playing, index, count }) => ({
  playing: !playing,
  index: isAt(index, count) ? 0 : index,
});
const forward: Change = ({ index }) => ({ playing: false, index: index + 1 });
const back: Change = ({ index }) => ({ playing: false, index: index - 1 });
const first: Change = () => ({ playing: false, index: 0 });
const last: Change = ({ count }) => ({ playing: false, index: count - 1 });
const faster: Change = ({ speed }) => ({ speed: Math.min(speedRange.max, speed * 2) });
const slower: Change = ({ speed }) => ({ speed: Math.max(speedRange.min, speed / 2) });
const quit: Change = () => ({ ended: true });

/** By the names that the terminal gives to keys. */
const keys: Readonly<Record<string, Change>> = {
  space: playOrPause,
  right: forward,
  l: forward,
  left: back,
  h: back,
  home: first,
  g: first,
  end: last,
  'shift+g': last,
  up: faster,
  '+': faster,
  down: slower,
  '-': slower,
  q: quit,
  escape: quit,
  'ctrl+c': quit,
};

/** Any other key changes nothing. */
export function press(state: PlayerState, key: string): PlayerState {
  const changed = { ...state, ...keys[key]?.(state) };
  return { ...changed, index: Math.max(0, Math.min(changed.count - 1, changed.index)) };
}

/** The next frame, when it plays; at the last one it stops. */
export function tick(state: PlayerState): PlayerState {
  if (!state.playing) return state;
  const index = Math.min(state.count - 1, state.index + 1);
  return { ...state, index, playing: !isAt(index, state.count) };
}

function isAt(index: number, count: number): boolean {
  return index >= count - 1;
}

/** One line: where it is, and the keys. */
export function playerLine({ index, count, playing, speed }: PlayerState, position: number): string {
  const sign = playing ? '▶' : '⏸';
  return `${sign} ${index + 1}/${count} · entry ${position} · ×${speed}   space play/pause · ←→ step · ↑↓ speed · g G ends · q quit`;
}
