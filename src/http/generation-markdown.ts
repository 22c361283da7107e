/** A generation as Markdown: which model was asked for whom, what, what it wrote, and what that cost. */
import type { GenerateJobDocument } from '../protocol/generate-jobs.ts';
import { document, facts, indented, inline, moment, section, table } from './markdown.ts';

export function generationMarkdown(generation: GenerateJobDocument): string {
  const { usage } = generation;
  return document([
    `# ${inline(generation.model)}: generation ${generation.id}`,
    facts([
      ['State', generation.state],
      ['Asked for', generation.prompt_type],
      ['Participant', generation.participant_id],
      ['Contest', generation.contest_id],
      ['Job', generation.job_id],
      ['Repeats', generation.original_id],
      ['Attempt', generation.attempt],
      ['Calls', generation.tries],
      ['Input tokens', usage?.input_tokens],
      ['Output tokens', usage?.output_tokens],
      ['Cost in USD', usage?.cost_usd],
      ['First token after ms', generation.time_to_first_token_ms],
      ['Answered after ms', generation.latency_ms],
      ['Started', moment(generation.started_at)],
      ['Ended', moment(generation.finished_at)],
      ['Message', generation.message],
    ]),
    ...section(
      '## Faults',
      table(
        ['Call', 'Kind', 'Whose', 'Message'],
        generation.faults.map((fault) => [fault.try, fault.kind, fault.whose, fault.message]),
      ),
    ),
    ...section('## System', indented(generation.system ?? '')),
    ...section('## Prompt', indented(generation.prompt)),
    ...section('## Answer', indented(generation.generated ?? '')),
  ]);
}
