/** What happened in a round, read from what a spectator may see of it and of the round before. How it is told is for the announcers. */
import type { ContestView, Feature, PlayerView, RoundView } from '../../protocol/contest.ts';
import { carrierOf } from '../games/situation.ts';
import { refusedResult } from '../games/verdict.ts';

export type Happening =
  | { kind: 'scored'; name: string; points: number; total: number }
  | { kind: 'taken'; name: string; thing: string }
  | { kind: 'wrested'; name: string; from: string; thing: string }
  | { kind: 'dropped'; name: string; thing: string; at: string }
  | { kind: 'returned'; thing: string; at: string }
  | { kind: 'changed'; thing: string; description: string }
  | { kind: 'suffered'; name: string; health: string }
  | { kind: 'recovered'; name: string; health: string }
  | { kind: 'refused'; name: string; reason: string }
  | { kind: 'acted'; name: string; narration: string }
  | { kind: 'silent'; name: string };

/** From the least to the most welcome; what is not listed is neither. */
const welcome: Readonly<Record<string, number>> = { battered: -2, bruised: -1, winded: -1, out: -3 };

export interface Chronicle {
  roundNo: number;
  happenings: Happening[];
  /** Players by score, the highest first. Empty when scores are not to be seen. */
  standing: { name: string; score: number }[];
}

export function chronicleOf(view: ContestView, round: RoundView): Chronicle {
  const before = view.rounds.filter(({ round_no }) => round_no < round.round_no).at(-1) ?? null;
  const names = new Map(round.players.map(({ id, name }) => [id, name]));
  const previous = new Map(before?.players.map((player) => [player.id, player]));
  const out = new Set(view.participants.filter((participant) => participant.out).map(({ id }) => id));
  const present = round.players.filter(({ id }) => !out.has(id));
  return {
    roundNo: round.round_no,
    happenings: [
      ...present.map(deedOf),
      ...featureHappenings(before?.features ?? view.arena.features, round.features, names),
      ...present.flatMap((player) => healthHappenings(player, previous.get(player.id))),
      ...present.flatMap((player) => scoreHappenings(player, previous.get(player.id))),
    ],
    standing: present
      .flatMap(({ name, score }) => (score === undefined ? [] : [{ name, score }]))
      .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name)),
  };
}

function deedOf(player: PlayerView): Happening {
  const { name, action, result } = player;
  if (!action || action.action === 'none') return { kind: 'silent', name };
  if (result?.result.startsWith(refusedResult))
    return { kind: 'refused', name, reason: result.reason ?? 'against the rules' };
  const narration = result?.narration ?? result?.result ?? `${name}: ${action.action} ${action.target ?? ''}`.trim();
  return { kind: 'acted', name, narration };
}

function featureHappenings(
  before: readonly Feature[],
  after: readonly Feature[],
  names: ReadonlyMap<string, string>,
): Happening[] {
  const old = new Map(before.map((feature) => [feature.id, feature]));
  return after.flatMap((feature): Happening[] => {
    const was = old.get(feature.id);
    if (!was) return [];
    const happenings: Happening[] = [];
    if (was.description !== feature.description)
      happenings.push({ kind: 'changed', thing: feature.name, description: feature.description });
    if (was.position === feature.position) return happenings;
    const [from, to] = [carrierOf(was), carrierOf(feature)];
    const nameOf = (id: string): string => names.get(id) ?? 'somebody';
    if (to !== null && from !== null)
      happenings.push({ kind: 'wrested', name: nameOf(to), from: nameOf(from), thing: feature.name });
    else if (to !== null) happenings.push({ kind: 'taken', name: nameOf(to), thing: feature.name });
    else if (from !== null && feature.position !== homeOf(feature, before, after))
      happenings.push({ kind: 'dropped', name: nameOf(from), thing: feature.name, at: feature.position });
    else happenings.push({ kind: 'returned', thing: feature.name, at: feature.position });
    return happenings;
  });
}

/** Where a thing belongs, as far as names tell: the flag of a colour at the base of that colour. */
function homeOf(feature: Feature, ...rounds: (readonly Feature[])[]): string | null {
  const colour = feature.name.split(' ')[0] ?? '';
  return rounds.flat().find(({ name }) => name === `${colour} base`)?.position ?? null;
}

function healthHappenings(player: PlayerView, was: PlayerView | undefined): Happening[] {
  if (!was || was.health === player.health) return [];
  const [before, now] = [welcome[was.health] ?? 0, welcome[player.health] ?? 0];
  if (now < before) return [{ kind: 'suffered', name: player.name, health: player.health }];
  return now > before ? [{ kind: 'recovered', name: player.name, health: player.health }] : [];
}

function scoreHappenings(player: PlayerView, was: PlayerView | undefined): Happening[] {
  const total = player.score ?? 0;
  const points = total - (was?.score ?? 0);
  return points === 0 ? [] : [{ kind: 'scored', name: player.name, points, total }];
}
