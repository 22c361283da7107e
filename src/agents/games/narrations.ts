/** How the referees tell what they have seen; several ways for each, drawn by `narrated`. */

export const flagNarrations = {
  walk: [
    '{name} walks to {place}, eyes everywhere.',
    '{name} takes it slowly, and is at {place}.',
    'Heel, toe, heel, toe: {name} comes to {place} without a sound.',
    '{name} strolls to {place} as if on the way to market.',
  ],
  run: [
    '{name} runs, and is at {place} before the grass has straightened.',
    'Mud flies, {name} flies, and both land at {place}.',
    '{name} puts down head and elbows and does not stop before {place}.',
    'A blur, a gasp from the fences — {name}, at {place}.',
  ],
  stumble: [
    '{name} runs for {place}, catches a foot, and goes down hard at {fall}.',
    '{name} is all legs on the way to {place}, one of them too many, and ploughs the turf at {fall}.',
    'A molehill, a yelp: {name} never gets to {place}, and lies at {fall}.',
  ],
  grab: [
    '{name} lunges for the {flag}.',
    '{name} reaches out, fingers wide, for the {flag}.',
    'One long arm, and {name} is at the {flag}.',
  ],
  steal: [
    '{name} throws themselves at {victim} and gets two fingers on the {flag}.',
    '{name} and {victim} go round each other like cats, with the {flag} in the middle.',
    '{name} comes at {victim} from the blind side, hand out for the {flag}.',
  ],
  guard: [
    '{name} plants both feet and spreads their arms: nobody gets past.',
    '{name} stands guard and counts everybody who blinks.',
  ],
  wait: [
    '{name} stands still and listens to their own breath.',
    '{name} waits. A lark does not.',
    '{name} leans on nothing in particular.',
  ],
} as const;

export const isleNarrations = {
  walk: [
    '{name} picks a way over the weed to {place}.',
    '{name} goes from stone to stone, and is at {place}.',
    'With boots in one hand {name} wades to {place}.',
    '{name} walks to {place} and does not look at the water.',
  ],
  run: [
    '{name} runs, coat flying, all the way to {place}.',
    'Gulls rise before {name}, who is at {place} already.',
    '{name} splashes through three pools and out at {place}.',
  ],
  slip: [
    '{name} runs for {place}; the weed at {fall} has other plans.',
    'Half-way to {place} the rock at {fall} is greener than it looked, and {name} finds out.',
  ],
  search: [
    '{name} reaches into the {place} up to the shoulder.',
    '{name} turns the {place} inside out.',
    '{name} kneels at the {place}, whistling through the teeth.',
    'Something scrapes, something gives: {name} is at the {place}.',
  ],
  sell: [
    "{name} empties both pockets onto the ferryman's box. He bites each piece, and pays.",
    '{name} and the ferryman agree on a price, and on nothing else.',
  ],
  light: ['{name} pours the oil, strikes a spark, and throws an arm over both eyes.'],
  unlock: ['{name} puts a green old key into the iron door, and it turns as if oiled yesterday.'],
  rob: [
    '{name} stumbles into {victim}, very sorry, with quick fingers.',
    '{name} asks {victim} for the time, with one hand.',
  ],
  rest: [
    '{name} sits down on a rock and lets the gulls talk.',
    '{name} ties a sleeve round the worst of it and breathes.',
  ],
  wait: ['{name} looks at the water, and the water looks back.', '{name} waits, which the tide does not.'],
} as const;
