/** Launching a contest: arena, seats and limits on one page, with what it will be beside them. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { InputProblem } from '../../client/client.ts';
import { usePanel } from '../panel.ts';
import { linkTo } from '../route.ts';
import { plural } from '../words.ts';
import { ArenaSection } from './arena-section.tsx';
import { createLaunchForm, type LaunchForm } from './launch-form.ts';
import { LimitsSection } from './limits-section.tsx';
import { SeatsSection } from './seats-section.tsx';

export function LaunchView() {
  const { arena } = usePanel();
  const form = useMemo(() => createLaunchForm(arena), [arena]);
  const page = useRef<HTMLFormElement>(null);
  const players = playersOf(form);

  // Whoever cannot see the page is taken to the first field that is wrong.
  useEffect(() => {
    page.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [form.problems.value]);

  const launch = async () => {
    const id = await form.launch();
    if (id !== null) location.hash = linkTo.watch(id);
  };

  return (
    <form
      ref={page}
      class="page launch"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void launch();
      }}
    >
      <header class="page-head">
        <h1>Launch a contest</h1>
      </header>
      <div class="launch-steps">
        <ArenaSection form={form} players={players} />
        <SeatsSection form={form} />
        <LimitsSection form={form} />
      </div>
      <aside class="launch-summary" aria-label="What will be launched">
        <h2>{form.draft.value.arena.name || 'An arena without a name'}</h2>
        <p class="quiet">{summaryOf(form)}</p>
        <ul class="cast">
          {players.map(({ key, name, index }) => (
            <li key={key} class={`seat-${index % 8}`}>
              <i class="dot" aria-hidden="true" /> {name || 'somebody without a name'}
            </li>
          ))}
        </ul>
        {form.refusal.value && <Refusal form={form} />}
        <button type="submit" class="main big" aria-disabled={form.isSending.value}>
          {form.isSending.value ? 'Launching…' : 'Start the contest'}
        </button>
      </aside>
    </form>
  );
}

/** Says what has no field of its own; the rest is said where it belongs. */
function Refusal({ form }: { form: LaunchForm }) {
  const problems = form.problems.value;
  return (
    <div class="notice bad" role="alert">
      <p>{problems.length === 0 ? form.refusal.value : `The arena refused: ${plural(problems.length, 'problem')}.`}</p>
      {problems.length > 0 && (
        <ul>
          {problems.map(({ path, message }: InputProblem) => (
            <li key={path + message}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function playersOf({ draft, participants }: LaunchForm) {
  const { chosen, newcomers } = draft.value;
  const kept = chosen.flatMap((id) => participants.value.find((one) => one.id === id && one.role === 'player') ?? []);
  return [
    ...kept.map(({ id, name }) => ({ key: id, name })),
    ...newcomers.filter(({ role }) => role === 'player').map(({ key, name }) => ({ key, name })),
  ].map((player, index) => ({ ...player, index }));
}

function summaryOf({ draft }: LaunchForm): string {
  const { arena, limits } = draft.value;
  const size = `${arena.width || '?'} × ${arena.height || '?'} cells`;
  return `${size}, ${plural(arena.features.length, 'feature')}, up to ${plural(limits.max_rounds || 0, 'round')}, first to ${limits.winning_score || 0}.`;
}
