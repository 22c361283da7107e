/** All contests at a glance: found by state and by words, kept up to date while one looks. */
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { OverviewRow } from '../../client/client.ts';
import { SearchField } from '../frame/search-field.tsx';
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import { plural } from '../words.ts';
import { ContestRow } from './contest-row.tsx';
import { openContestRows } from './contest-rows.ts';
import { groups, matches } from './row-filter.ts';
import { WindowedList } from './windowed-list.tsx';

const rowHeight = 64;
const rowOf = (contest: OverviewRow) => <ContestRow contest={contest} />;

export function ContestsView() {
  const { arena } = usePanel();
  const list = useMemo(() => openContestRows(arena), [arena]);
  useEffect(() => () => list.close(), [list]);
  const group = useSignal('All');
  const search = useSignal('');
  const shown = useComputed(() => {
    const { holds } = groups.find(({ name }) => name === group.value) ?? { holds: () => true };
    return (list.rows.value ?? []).filter((row) => holds(row) && matches(row, search.value));
  });
  const all = list.rows.value;

  return (
    <section class="page">
      <header class="page-head">
        <h1>Contests</h1>
        <a class="button main" href={linkTo.launch}>
          Launch a contest
        </a>
      </header>
      <div class="filters">
        <fieldset class="chips">
          <legend class="unseen">Which contests</legend>
          {groups.map(({ name, holds }) => (
            <label key={name}>
              <input
                type="radio"
                name="group"
                checked={group.value === name}
                onChange={() => {
                  group.value = name;
                }}
              />
              <span>
                {name} <small>{all?.filter(holds).length ?? ''}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <SearchField search={search} label="Search by arena, player or id" />
      </div>
      <p class="unseen" role="status">
        {all === null ? 'Loading' : plural(shown.value.length, 'contest')}
      </p>
      {list.isLost.value && (
        <p class="notice bad" role="alert">
          The arena cannot be reached. The list comes back by itself.
        </p>
      )}
      {all !== null && all.length === 0 && <FirstSteps />}
      {all !== null && all.length > 0 && shown.value.length === 0 && (
        <p class="quiet empty">No contest is like that. Try other words, or another group.</p>
      )}
      {shown.value.length > 0 && (
        <WindowedList
          items={shown.value}
          rowHeight={rowHeight}
          label="Contests"
          keyOf={({ id }) => id}
          row={rowOf}
          head={<Head />}
        />
      )}
    </section>
  );
}

const columns = ['Contest', 'State', 'Round', 'Standing', 'When'];

function Head() {
  return (
    <div role="rowgroup" class="list-head">
      <div role="row" aria-rowindex={1} class="list-row">
        {columns.map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

function FirstSteps() {
  return (
    <div class="first-steps">
      <h2>Nothing is being played yet</h2>
      <p class="prose">
        A contest puts agents on a grid, asks each of them every round what it does, lets a judge rule on it and an
        announcer tell the story. Two games are bundled with players that need no model and no key: a contest is one
        click away.
      </p>
      <a class="button main" href={linkTo.launch}>
        Launch the first contest
      </a>
    </div>
  );
}
