/** The form of a new contest: its draft, what the catalogue offers, what the arena has found wrong, and sending it. */
import { batch, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type CatalogueItem, type Client, ClientError, type InputProblem, type Role } from '../../client/client.ts';
import { errorWords } from '../words.ts';
import { type BundledGame, gamesToPlay } from './bundled-games.ts';
import {
  type ArenaDraft,
  blankArena,
  contestInput,
  type Draft,
  draftOfGame,
  placedPlayers,
  problemsOfMissing,
  usualLimits,
  withKnown,
} from './draft.ts';

export type Health = 'asking' | 'well' | { readonly problem: string };

export interface LaunchForm {
  readonly draft: Signal<Draft>;
  readonly arenas: ReadonlySignal<readonly CatalogueItem<'arena'>[]>;
  /** Those that were chosen with the game come first, then the newest. */
  readonly participants: ReadonlySignal<readonly CatalogueItem<'participant'>[]>;
  readonly health: ReadonlySignal<Readonly<Record<string, Health>>>;
  readonly problems: ReadonlySignal<readonly InputProblem[]>;
  /** What is wrong beside the fields. */
  readonly refusal: ReadonlySignal<string | null>;
  readonly isSending: ReadonlySignal<boolean>;
  /** The players, by id or key, whose places are sent, in their order. */
  placed(): readonly string[];
  chooseGame(game: BundledGame): void;
  changeArena(change: Partial<ArenaDraft>): void;
  choose(participantId: string, isChosen: boolean): void;
  checkHealth(participantIds: readonly string[]): void;
  /** Resolves with the id of the contest, or null when it was refused. */
  launch(): Promise<string | null>;
}

const listMax = 1_000;
const healthWaitMs = 6_000;

export function createLaunchForm(arena: Client): LaunchForm {
  const [firstGame] = gamesToPlay;
  const draft = signal<Draft>(
    firstGame
      ? draftOfGame(firstGame)
      : { arena: blankArena, chosen: [], newcomers: [], places: {}, limits: usualLimits },
  );
  const arenas = signal<readonly CatalogueItem<'arena'>[]>([]);
  const participants = signal<readonly CatalogueItem<'participant'>[]>([]);
  const health = signal<Readonly<Record<string, Health>>>({});
  const problems = signal<readonly InputProblem[]>([]);
  const refusal = signal<string | null>(null);
  const isSending = signal(false);

  const load = async () => {
    try {
      const newest = { limit: listMax, order: 'newest' } as const;
      const [kept, people] = await Promise.all([
        arena.catalogue('arena').list(newest),
        arena.catalogue('participant').list(newest),
      ]);
      batch(() => {
        arenas.value = kept;
        draft.value = withKnown(draft.value, kept, people);
        participants.value = withChosenFirst(people);
      });
      checkSoon(draft.value.chosen);
    } catch (error) {
      refusal.value = errorWords(error);
    }
  };
  void load();

  function withChosenFirst(people: readonly CatalogueItem<'participant'>[]) {
    const { chosen } = draft.value;
    const first = chosen.flatMap((id) => people.find((one) => one.id === id) ?? []);
    return [...first, ...people.filter(({ id }) => !chosen.includes(id))];
  }

  const roleOf = (id: string): Role | null => participants.value.find((one) => one.id === id)?.role ?? null;
  const setHealth = (id: string, value: Health) => {
    health.value = { ...health.value, [id]: value };
  };

  async function check(id: string): Promise<void> {
    setHealth(id, 'asking');
    try {
      const { job_id } = await arena.participants.verify(id);
      const { state, message } = await arena.jobs.get(job_id, healthWaitMs);
      setHealth(id, state === 'complete' ? 'well' : { problem: message || 'no answer' });
    } catch (error) {
      setHealth(id, { problem: errorWords(error) });
    }
  }

  function problemsIn({ status, message, problems: said }: ClientError): readonly InputProblem[] {
    return status === 404 ? problemsOfMissing(draft.value, message) : said;
  }

  /** Whoever is chosen is asked once by itself. */
  function checkSoon(ids: readonly string[]): void {
    for (const id of ids) if (health.value[id] === undefined) void check(id);
  }

  return {
    draft,
    arenas,
    participants,
    health,
    problems,
    refusal,
    isSending,
    placed: () => placedPlayers(draft.value, roleOf),
    chooseGame(game) {
      draft.value = withKnown(draftOfGame(game), arenas.value, participants.value);
      participants.value = withChosenFirst(participants.value);
      checkSoon(draft.value.chosen);
    },
    changeArena(change) {
      // What differs from the catalogue is an arena of its own.
      draft.value = { ...draft.value, arena: { ...draft.value.arena, id: null, ...change } };
    },
    choose(id, isChosen) {
      const role = roleOf(id);
      const { chosen, newcomers } = draft.value;
      const isAlone = role !== null && role !== 'player';
      // Of judges, announcers and arena agents there is one: who is chosen takes the place of the other.
      const others = chosen.filter((one) => one !== id && !(isChosen && isAlone && roleOf(one) === role));
      draft.value = {
        ...draft.value,
        chosen: isChosen ? [...others, id] : others,
        newcomers: isChosen && isAlone ? newcomers.filter((one) => one.role !== role) : newcomers,
      };
      if (isChosen) checkSoon([id]);
    },
    checkHealth(ids) {
      for (const id of ids) void check(id);
    },
    async launch() {
      if (isSending.value) return null;
      isSending.value = true;
      try {
        const { id } = await arena.contests.create(contestInput(draft.value, roleOf));
        return id;
      } catch (error) {
        batch(() => {
          refusal.value = errorWords(error);
          problems.value = error instanceof ClientError ? problemsIn(error) : [];
        });
        return null;
      } finally {
        isSending.value = false;
      }
    },
  };
}
