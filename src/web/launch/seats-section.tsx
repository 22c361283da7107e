/** The second part of a launch: who takes part, per role, and how well each is just now. */
import { useSignal } from '@preact/signals';
import type { CatalogueItem, Role } from '../../client/client.ts';
import { SearchField } from '../frame/search-field.tsx';
import type { NewcomerDraft } from './draft.ts';
import type { LaunchForm } from './launch-form.ts';
import { Newcomer } from './newcomer.tsx';

const roleWords: readonly { role: Role; name: string; says: string }[] = [
  { role: 'player', name: 'Players', says: 'Asked every round what they do.' },
  { role: 'judge', name: 'Judge', says: 'Rules on each action and says what it changes.' },
  { role: 'announcer', name: 'Announcer', says: 'Sets the scene and tells what happened.' },
  { role: 'arena', name: 'Arena agent', says: 'Invents random features; needed when there are to be any.' },
];

/** With fewer of a role, all can be seen at once. */
const searchedFrom = 6;

export function SeatsSection({ form }: { form: LaunchForm }) {
  const problems = form.problems.value.filter(({ path }) => path === 'participants' || path === 'participant_ids');
  return (
    <section class="step" aria-labelledby="seats-title" data-path="participants">
      <h2 id="seats-title">
        <span class="step-number">2</span> The seats
      </h2>
      {problems.length > 0 && (
        <p class="problem" role="alert">
          {problems.map(({ message }) => message).join('; ')}
        </p>
      )}
      {roleWords.map(({ role, name, says }) => (
        <RoleSeats key={role} form={form} role={role} name={name} says={says} />
      ))}
    </section>
  );
}

interface RoleProperties {
  form: LaunchForm;
  role: Role;
  name: string;
  says: string;
}

function RoleSeats({ form, role, name, says }: RoleProperties) {
  const { draft, participants } = form;
  const search = useSignal('');
  const kept = participants.value.filter((one) => one.role === role);
  const words = search.value.trim().toLowerCase();
  const found = kept.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(words));
  const newcomers = draft.value.newcomers.filter((one) => one.role === role);
  const chosen = kept.filter(({ id }) => draft.value.chosen.includes(id));
  const add = () => {
    const key = `new-${Math.max(0, ...draft.value.newcomers.map((one) => Number(one.key.slice(4)) + 1))}`;
    const newcomer: NewcomerDraft = { key, name: '', role, description: '', by: 'agent', agent: '', endpoint: '' };
    // Where there is one seat, who is new takes it.
    const others = draft.value.chosen.filter((id) => role === 'player' || !chosen.some((one) => one.id === id));
    draft.value = { ...draft.value, chosen: others, newcomers: [...draft.value.newcomers, newcomer] };
  };
  return (
    <fieldset class="role">
      <legend>{name}</legend>
      <p class="hint">{says}</p>
      {kept.length > searchedFrom && (
        <SearchField
          search={search}
          label={`Search among ${kept.length}: ${name}`}
          hint={`Search among ${kept.length}`}
        />
      )}
      <ul class="seat-list">
        {newcomers.map((newcomer) => (
          <Newcomer key={newcomer.key} form={form} newcomer={newcomer} />
        ))}
        {found.map((participant) => (
          <KeptSeat key={participant.id} form={form} participant={participant} isAlone={role !== 'player'} />
        ))}
      </ul>
      <div class="buttons">
        {(role === 'player' || newcomers.length === 0) && (
          <button type="button" class="plain" onClick={add}>
            Somebody new
          </button>
        )}
        {chosen.length > 0 && (
          <button type="button" class="plain" onClick={() => form.checkHealth(chosen.map(({ id }) => id))}>
            Ask whether they are well
          </button>
        )}
      </div>
    </fieldset>
  );
}

interface KeptProperties {
  form: LaunchForm;
  participant: CatalogueItem<'participant'>;
  isAlone: boolean;
}

function KeptSeat({ form, participant, isAlone }: KeptProperties) {
  const { id, name, description, endpoint } = participant;
  const health = form.health.value[id];
  const problem = form.problems.value.find(({ path }) => path === `participant_ids.${id}`);
  return (
    <li>
      <label class="seat-choice">
        <input
          type={isAlone ? 'radio' : 'checkbox'}
          name={isAlone ? `seat-${participant.role}` : undefined}
          aria-invalid={problem ? true : undefined}
          checked={form.draft.value.chosen.includes(id)}
          onChange={(event) => form.choose(id, event.currentTarget.checked)}
        />
        <span>
          <strong>{name}</strong> <code>{endpoint.startsWith('channel://actor.agent.') ? id : endpoint}</code>
          {description && <small>{description}</small>}
          {problem && <small class="problem">{problem.message}</small>}
        </span>
      </label>
      {health !== undefined && (
        <span class={`health-word ${health === 'well' ? 'good' : health === 'asking' ? 'quiet' : 'bad'}`} role="status">
          {health === 'well' ? 'well' : health === 'asking' ? 'asking…' : health.problem}
        </span>
      )}
    </li>
  );
}
