/** What a generation tells everybody: that it began and how it ended. Its texts are left out: who wants them asks for it. */
import type { CommittedEntry } from '../../actors/runtime/journal.ts';
import type { Publication } from '../../actors/runtime/publication.ts';
import type { GenerateJobDocument } from '../../protocol/generate-jobs.ts';
import type { ModelChange } from '../../protocol/notices.ts';
import { subjects } from '../../protocol/subjects.ts';
import { generateJobOf } from './document.ts';
import type { GenerationEvent, GenerationState } from './state.ts';

type Phase = 'request' | 'complete' | 'fail';

const phaseOf: Partial<Record<GenerationEvent['type'], Phase>> = {
  generation_created: 'request',
  completed: 'complete',
  failed: 'fail',
  cancelled: 'fail',
};

export function generationNotices(entry: CommittedEntry): Publication[] {
  const generation = entry.state as GenerationState;
  if (generation.state === 'none') return [];
  const shown = generateJobOf(generation);
  return (entry.events as readonly unknown[] as GenerationEvent[]).flatMap(({ type }) => {
    if (type === 'removed') return [removal(shown)];
    const phase = phaseOf[type];
    if (phase === undefined) return [];
    const isBeginning = phase === 'request';
    const detail = withoutTexts(shown);
    const change: ModelChange = {
      action: isBeginning ? 'create' : 'update',
      model_id: shown.id,
      detail: isBeginning ? { ...detail, state: 'request' } : detail,
    };
    const body = JSON.stringify(change);
    const job = shown.job_id ?? shown.id;
    return [
      { subject: subjects.actorModelChange.build({ actorModel: 'generatejob', action: change.action }), body },
      { subject: subjects.generation.build({ generateJob: shown.id, job, generatePhase: phase }), body },
    ];
  });
}

function removal(shown: GenerateJobDocument): Publication {
  const change: ModelChange = { action: 'delete', model_id: shown.id, detail: withoutTexts(shown) };
  const subject = subjects.actorModelChange.build({ actorModel: 'generatejob', action: 'delete' });
  return { subject, body: JSON.stringify(change) };
}

function withoutTexts({ system: _system, prompt: _prompt, generated: _generated, ...detail }: GenerateJobDocument) {
  return detail;
}
