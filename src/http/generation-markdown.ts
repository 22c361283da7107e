/** A generation as Markdown, for people. */
import type { GenerateJobDocument } from '../protocol/generate-jobs.ts';
import { document, indented, inline, table } from './markdown.ts';

export function generationMarkdown(generation: GenerateJobDocument): string {
  const { usage } = generation;
  const shown: readonly (readonly [string, string | number | null | undefined])[] = [
    ['State', generation.state],
    ['Asked for', generation.prompt_type],
    ['Participant', generation.participant_id],
    ['Contest', generation.contest_id],
    ['Job', generation.job_id],
    ['Attempt', generation.attempt],
    ['Calls', generation.tries],
    ['Input tokens', usage?.input_tokens],
    ['Output tokens', usage?.output_tokens],
    ['Cost in USD', usage?.cost_usd],
    ['First token after ms', generation.time_to_first_token_ms],
    ['Answered after ms', generation.latency_ms],
    ['Message', generation.message === '' ? null : generation.message],
  ];
  return document([
    `# ${inline(generation.model)}: generation ${generation.id}`,
    table(
      ['', ''],
      shown.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]])),
    ),
    ...(generation.faults.length === 0
      ? []
      : [
          '## Faults',
          table(
            ['Call', 'Kind', 'Whose', 'Message'],
            generation.faults.map((fault) => [String(fault.try), fault.kind, fault.whose, fault.message]),
          ),
        ]),
    ...section('System', generation.system),
    ...section('Prompt', generation.prompt),
    ...section('Answer', generation.generated),
  ]);
}

/** Indented, so that no text of others is read as Markdown. */
function section(title: string, text: string | null): string[] {
  return text === null || text === '' ? [] : [`## ${title}`, indented(text)];
}
