/** The state machines as lines with stations: the contest's own, and that of the set-up or the round which is at work. */
import { useMemo } from 'preact/hooks';
import type { OpenContest } from '../story/open-contest.ts';
import type { Picture } from '../story/picture.ts';
import { currentRound } from '../story/picture.ts';
import { contestWords, roundName, roundWords, setupWords } from '../words.ts';

interface Line {
  readonly name: string;
  readonly stations: readonly string[];
  readonly words: Readonly<Record<string, string>>;
  readonly present: string;
  /** The station that it failed at. */
  readonly failedIn: string | null;
  readonly halted: boolean;
}

const contestLine = ['created', 'role_call', 'setup_arena', 'in_round', 'check_end', 'complete'];
const setupLine = [
  'adding_fixed_features',
  'generating_features',
  'generating_positions',
  'describing_setup',
  'setup_complete',
];
const roundLine = [
  'awaiting_actions',
  'judging_actions',
  'applying_effects',
  'describing_results',
  'presenting_results',
  'round_complete',
];
/** States that are passed at once are shown at the station that they lead to. */
const nextStation: Readonly<Record<string, string>> = {
  starting: 'role_call',
  create_round: 'in_round',
  idle: 'awaiting_actions',
  in_progress: 'awaiting_actions',
  round_prompting: 'awaiting_actions',
  creating_round: 'adding_fixed_features',
};

export function MachineLine({ contest }: { contest: OpenContest }) {
  return (
    <div class="machines">
      {linesOf(contest.picture.value).map((line, index) => (
        // By its place: from round to round the same elements tell of the next.
        <MachineStations key={`${index}`} line={line} />
      ))}
    </div>
  );
}

function MachineStations({ line }: { line: Line }) {
  const { stations, words, present, failedIn, halted } = line;
  // Only the name changes from round to round when the machine is in the same state: its stations are gone through once.
  const shown = useMemo(() => <Stations line={line} />, [stations, words, present, failedIn, halted]);
  return (
    <div class="machine">
      <span class="machine-name">{line.name}</span>
      <ol aria-label={`States of ${line.name.toLowerCase()}`}>{shown}</ol>
    </div>
  );
}

function Stations({ line }: { line: Line }) {
  const lit = line.failedIn ?? line.present;
  const present = line.stations.includes(lit) ? lit : (nextStation[lit] ?? lit);
  // One that was ended never comes to its last station.
  const stations = lit === 'cancelled' ? line.stations.with(-1, lit) : line.stations;
  const reached = lit === 'cancelled' ? -1 : stations.indexOf(present);
  return (
    <>
      {stations.map((state, index) => (
        <li
          key={state}
          class={index < reached ? 'passed' : undefined}
          aria-current={state === present ? 'step' : undefined}
          data-failed={state === present && (line.failedIn !== null || lit === 'cancelled') ? '' : undefined}
          data-halted={state === present && line.halted ? '' : undefined}
        >
          <span>{state === present ? wordOf(line, lit) : line.words[state]}</span>
        </li>
      ))}
    </>
  );
}

function wordOf(line: Line, state: string): string {
  const word = line.words[state] ?? state;
  if (line.failedIn !== null) return `${word}: failed`;
  return line.halted ? `${word}, held` : word;
}

function linesOf(picture: Picture): Line[] {
  const { contest, setup } = picture;
  if (!contest) return [];
  const lines: Line[] = [
    {
      name: 'Contest',
      stations: contestLine,
      words: contestWords,
      present: contest.state,
      failedIn: contest.failedIn,
      halted: contest.halted,
    },
  ];
  const round = currentRound(picture);
  if (round) {
    const { state, failedIn, halted } = round;
    lines.push({
      name: roundName(round.number),
      stations: roundLine,
      words: roundWords,
      present: state,
      failedIn,
      halted,
    });
  } else if (setup) {
    const { state, failedIn, halted } = setup;
    lines.push({ name: 'Set-up', stations: setupLine, words: setupWords, present: state, failedIn, halted });
  }
  return lines;
}
