/** Scripted announcers: three voices that tell the same chronicle, each with phrases of its own. Nothing is told that did not happen. */
import type { ContestView } from '../../protocol/contest.ts';
import { drawIndex, shuffled } from '../../protocol/random.ts';
import type { Handlers } from '../asks.ts';
import { currentRound } from '../games/situation.ts';
import { type Chronicle, chronicleOf, type Happening } from './chronicle.ts';

/** Phrases by what happened; `{name}` and its like stand for what the happening says. */
type Phrases = { readonly [Kind in Happening['kind']]: readonly string[] };

interface Voice {
  scene(view: ContestView, drawn: Draw): string;
  opening: readonly string[];
  phrases: Phrases;
  leading: readonly string[];
  level: readonly string[];
}

type Draw = (list: readonly string[], name: string) => string;

const deeds: Phrases['acted'] = ['{narration}'];

const commentator: Voice = {
  scene: ({ arena, participants }, drawn) =>
    [
      drawn(
        [
          'Ladies and gentlemen, find a seat, or a fence, or somebody’s shoulders!',
          'Quiet, please — no, on second thoughts: noise, please!',
          'Here we are, then, and what a day for it!',
        ],
        'hello',
      ),
      `This is ${arena.name}. ${arena.description}`.trimEnd(),
      landmarks(arena.features.map(({ name }) => name)),
      `In the arena: ${listed(players(participants))}. ${drawn(['May the best legs win.', 'Only one of them will sleep well tonight.', 'They have shaken hands. It did not look sincere.'], 'bye')}`,
    ].join(' '),
  opening: [
    'Round {round}!',
    'Here comes round {round}, and nobody is sitting any more.',
    'Round {round}. Hold on to your hats.',
    'Into round {round} we go!',
    'Round {round}, and the crowd leans in.',
  ],
  phrases: {
    acted: deeds,
    refused: [
      '{name} tries what the rules do not know: {reason}. A turn gone!',
      'Oh, {name}! {reason} — and the referee has seen it.',
      'No, no, no, {name}: {reason}.',
    ],
    silent: ['Not a sound from {name}. Is anybody in there?', '{name} stands there like a hat stand.'],
    scored: [
      '{points} POINTS for {name}, who now has {total}!',
      'That is {points} to {name}! {total} on the board!',
      'And it counts! {name} takes {points} and stands at {total}!',
    ],
    taken: [
      '{name} HAS THE {thing}!',
      'Fingers close, a tug — the {thing} is in the hands of {name}!',
      'The {thing} is off, and {name} is under it!',
    ],
    wrested: [
      '{name} tears the {thing} away from {from}!',
      'From {from} to {name}, and the {thing} never touched the ground!',
    ],
    dropped: [
      'The {thing} slips from {name} and lies at {at}, for anybody to take!',
      '{name} loses the {thing}! It lies at {at}!',
    ],
    returned: [
      'The {thing} is back where it belongs, at {at}.',
      'And the {thing} flies home to {at}. All to do again!',
    ],
    changed: ['Look at the {thing}! {description}', 'The {thing}: {description}'],
    suffered: ['{name} is {health}. That will hurt tomorrow.', 'Ouch. {name}: {health}, and it shows.'],
    recovered: ['{name} is {health} again, and grinning.', '{name} shakes it off: {health}.'],
  },
  leading: [
    '{name} leads with {score}.',
    '{name} in front, {score} points, and the others know it.',
    'It is {name} with {score}, and the rest can count.',
  ],
  level: ['All level at {score}. You could cut the air with a spoon.', 'Nothing between them: {score} each.'],
};

const chronicler: Voice = {
  scene: ({ arena, participants }, drawn) =>
    [
      drawn(['For the record.', 'Set down on the day itself, with a dry pen.', 'First page.'], 'hello'),
      `${arena.name}, ${arena.width} by ${arena.height}. ${arena.description}`.trimEnd(),
      `Present: ${listed(players(participants))}. ${drawn(['They look confident. So did the last ones.', 'Weather: some. Mercy: none expected.', 'I have sharpened a second pencil.'], 'bye')}`,
    ].join(' '),
  opening: ['Entry {round}.', 'Page {round} of the log.', 'Bell {round}.', 'Item {round}.'],
  phrases: {
    acted: deeds,
    refused: ['{name} was turned down: {reason}.', '{name} asked too much of the rules. ({reason}.)'],
    silent: ['Of {name} there is nothing to report.', '{name} did not stir.'],
    scored: [
      'To the credit of {name}: {points}, making {total}.',
      '{name}, {points} points. Sum: {total}. I have counted twice.',
    ],
    taken: ['The {thing} left with {name}.', '{name} and the {thing} were seen leaving together.'],
    wrested: ['The {thing} changed hands, from {from} to {name}. Words were used.'],
    dropped: ['{name} parted from the {thing}, which lies at {at}.'],
    returned: ['The {thing} has been put back, {at}.'],
    changed: ['Concerning the {thing}: {description}', '{thing}. {description}'],
    suffered: ['{name}: {health}. No flowers yet.', 'Condition of {name}: {health}.'],
    recovered: ['{name} reports as {health}.', 'Condition of {name}: {health}, against expectation.'],
  },
  leading: ['Ahead: {name}, with {score}.', 'If it ended now, {name} would have it, with {score}.'],
  level: ['Even, at {score}. The ink dries slowly.', 'No difference to report. All have {score}.'],
};

const whisperer: Voice = {
  scene: ({ arena, participants }, drawn) =>
    [
      drawn(['Shh. They have not noticed us yet.', 'If we keep very still, we can see all of it from here.'], 'hello'),
      `What you see is ${arena.name}. ${arena.description}`.trimEnd(),
      `And there they are, in the wild: ${listed(players(participants))}. ${drawn(['Magnificent.', 'Note the nervous hands.'], 'bye')}`,
    ].join(' '),
  opening: [
    'Round {round}. Watch closely.',
    'And now, in round {round}, something rare.',
    'Round {round}. Patience is rewarded.',
  ],
  phrases: {
    acted: deeds,
    refused: ['A young mistake by {name}: {reason}.', '{name} is told by nature that {reason}.'],
    silent: ['{name} does not move. It may be a strategy.', '{name} trusts in not being seen.'],
    scored: ['{name} feeds: {points} points, {total} in all.', 'And so {name} grows by {points}, to {total}.'],
    taken: [
      '{name} now has the {thing}, and will not share it.',
      'Observe how {name} carries the {thing}: close, and low.',
    ],
    wrested: ['In one movement, {name} has the {thing}, and {from} has an empty hand.'],
    dropped: ['The {thing} falls from {name} and lies at {at}, unattended. It will not be for long.'],
    returned: ['The {thing} has found its way home, to {at}, as they do.'],
    changed: ['The {thing} is not what it was. {description}'],
    suffered: ['{name} is {health}. The others have smelled it.'],
    recovered: ['{name} is {health} once more. Life is stubborn.'],
  },
  leading: ['For now, {name} rules this place, with {score}.'],
  level: ['An equilibrium, at {score}. It cannot last.'],
};

function announcing(voice: Voice): Handlers {
  return {
    announcer_describe_arena: (view) => voice.scene(view, drawer(view, 'scene')),
    announcer_describe_results: (view, { data }) => {
      const round = data.round ?? currentRound(view);
      return round ? told(voice, chronicleOf(view, round), drawer(view, round.round_no)) : 'Nothing has happened yet.';
    },
  };
}

function told(voice: Voice, { roundNo, happenings, standing }: Chronicle, drawn: Draw): string {
  const sentences = happenings.map((happening, index) =>
    filled(drawn(voice.phrases[happening.kind], `${happening.kind} ${index}`), happening),
  );
  const [first, second] = standing;
  const end =
    first === undefined || first.score === 0
      ? ''
      : first.score === second?.score
        ? filled(drawn(voice.level, 'level'), first)
        : filled(drawn(voice.leading, 'leading'), first);
  return [filled(drawn(voice.opening, 'opening'), { round: roundNo + 1 }), ...sentences, end]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function drawer(view: ContestView, ...name: (string | number)[]): Draw {
  return (list, purpose) => list[drawIndex(list.length, view.you.seed, ...name, purpose)] ?? '';
}

function filled(phrase: string, values: object): string {
  const known = new Map(Object.entries(values));
  return phrase
    .replace(/\{(\w+)\}/g, (_whole, key: string) => String(known.get(key) ?? ''))
    .replace(/([.!?])\.(?=\s|$)/g, '$1');
}

function players(participants: ContestView['participants']): string[] {
  return participants.filter(({ role, out }) => role === 'player' && !out).map(({ name }) => name);
}

function landmarks(names: readonly string[]): string {
  const known = [...new Set(names)];
  return known.length === 0
    ? 'Nothing stands between them but air.'
    : `Mind the ${listed(shuffled(known, known.length, 'landmarks').slice(0, 3))}.`;
}

function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? 'nobody';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** By name: one that shouts, one that keeps a log, one that whispers. */
export const scriptedAnnouncers: Readonly<Record<string, Handlers>> = {
  announcer: announcing(commentator),
  chronicler: announcing(chronicler),
  whisperer: announcing(whisperer),
};
