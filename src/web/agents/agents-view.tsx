/** Agents and models: who can take a seat, how well each is, how it has done of late, and what models have cost. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CatalogueItem, Client, GenerateJobDocument, JobSummary } from '../../client/client.ts';
import { SearchField } from '../frame/search-field.tsx';
import { usePanel } from '../panel.ts';
import { errorWords, plural } from '../words.ts';
import { Evaluations } from './evaluations.tsx';
import { spentByModel } from './figures.ts';
import { ModelTable } from './model-table.tsx';
import { ParticipantTable } from './participant-table.tsx';

export interface Known {
  readonly participants: readonly CatalogueItem<'participant'>[];
  readonly agents: readonly CatalogueItem<'agent'>[];
  readonly models: readonly CatalogueItem<'llmmodel'>[];
  /** Prompts, the newest first. */
  readonly jobs: readonly JobSummary[];
  /** Checks of health that have ended, the newest first. */
  readonly checks: readonly JobSummary[];
  readonly generations: readonly GenerateJobDocument[];
}

const listMax = 1_000;

export function AgentsView() {
  const { arena } = usePanel();
  const known = useSignal<Known | null>(null);
  const problem = useSignal<string | null>(null);
  const search = useSignal('');
  useEffect(() => {
    load(arena).then(
      (all) => {
        known.value = all;
      },
      (error: unknown) => {
        problem.value = errorWords(error);
      },
    );
  }, [arena]);

  const all = known.value;
  return (
    <section class="page agents">
      <header class="page-head">
        <h1>Agents and models</h1>
      </header>
      {problem.value && (
        <p class="notice bad" role="alert">
          {problem.value}
        </p>
      )}
      {!all && !problem.value && (
        <p class="loading" role="status">
          Reading what is known of them…
        </p>
      )}
      {all && (
        <>
          <div class="filters">
            <p class="quiet">
              {plural(all.participants.length, 'participant')}; figures of the newest{' '}
              {plural(all.jobs.length, 'request')}.
            </p>
            <SearchField search={search} label="Search participants" hint="Search by name, role or model" />
          </div>
          <ParticipantTable known={all} search={search.value} />
          <h2>Models</h2>
          <ModelTable models={all.models} spent={spentByModel(all.generations)} />
          <Evaluations />
        </>
      )}
    </section>
  );
}

async function load(arena: Client): Promise<Known> {
  const newest = { limit: listMax, order: 'newest' } as const;
  const [participants, agents, models, jobs, checks, generations] = await Promise.all([
    arena.catalogue('participant').list(newest),
    arena.catalogue('agent').list(newest),
    arena.catalogue('llmmodel').list(newest),
    arena.jobs.list({ ...newest, type: 'prompt' }),
    arena.jobs.list({ ...newest, type: 'health' }),
    // An arena without agents of its own has none.
    arena.generations.list(newest).catch(() => []),
  ]);
  return {
    participants,
    agents,
    models,
    jobs,
    checks: checks.filter(({ ended_at }) => ended_at !== null),
    generations,
  };
}
