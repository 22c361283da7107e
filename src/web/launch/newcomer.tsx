/** Somebody who takes a seat and is not in the catalogue yet: a name, and what answers for it. */
import type { Role } from '../../client/client.ts';
import { type NewcomerDraft, sentOrder } from './draft.ts';
import { Field } from './field.tsx';
import type { LaunchForm } from './launch-form.ts';

/** Scripted agents that come with the arena, by role. */
const scripts: Readonly<Record<Role, readonly string[]>> = {
  player: ['script:explorer', 'script:runner', 'script:thief'],
  judge: ['script:referee'],
  announcer: ['script:announcer', 'script:chronicler'],
  arena: ['script:feature-maker'],
};

export function Newcomer({ form, newcomer }: { form: LaunchForm; newcomer: NewcomerDraft }) {
  const { draft, problems } = form;
  const { key, name, by, agent, endpoint, role } = newcomer;
  const path = `participants[${sentOrder(draft.value).newcomers.indexOf(newcomer)}]`;
  const change = (fields: Partial<NewcomerDraft>) => {
    const newcomers = draft.value.newcomers.map((one) => (one.key === key ? { ...one, ...fields } : one));
    draft.value = { ...draft.value, newcomers };
  };
  const remove = () => {
    draft.value = { ...draft.value, newcomers: draft.value.newcomers.filter((one) => one.key !== key) };
  };
  return (
    <li class="newcomer fields">
      <Field name="Name" path={`${path}.name`} problems={problems.value}>
        {(identity) => (
          <input {...identity} value={name} onInput={(event) => change({ name: event.currentTarget.value })} />
        )}
      </Field>
      <Field name="Played by" path={`${path}.by`} problems={problems.value}>
        {(identity) => (
          <select
            {...identity}
            value={by}
            onChange={(event) => change({ by: event.currentTarget.value === 'endpoint' ? 'endpoint' : 'agent' })}
          >
            <option value="agent">an agent of this arena</option>
            <option value="endpoint">a program of yours</option>
          </select>
        )}
      </Field>
      {by === 'agent' ? (
        <Field name="Script or model" path={`${path}.agent.model`} problems={problems.value}>
          {(identity) => (
            <>
              <input
                {...identity}
                value={agent}
                list={`scripts-${role}`}
                placeholder={scripts[role][0]}
                onInput={(event) => change({ agent: event.currentTarget.value })}
              />
              <datalist id={`scripts-${role}`}>
                {scripts[role].map((script) => (
                  <option key={script} value={script} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      ) : (
        <Field name="Endpoint" path={`${path}.endpoint`} problems={problems.value}>
          {(identity) => (
            <input
              {...identity}
              value={endpoint}
              placeholder="https://… or channel://…"
              onInput={(event) => change({ endpoint: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
      <button type="button" class="plain" onClick={remove}>
        Remove <span class="unseen">{name}</span>
      </button>
    </li>
  );
}
