/** Generations have actors of their own: their table is derived from the journal, as those of contests and jobs. */
import { Migration } from '@mikro-orm/migrations';

export class Generations extends Migration {
  override up(): void {
    this.addSql('drop table generatejob');
    this.addSql(`create table generatejob (
       key text primary key, job_id text, prompt_type text, attempt integer,
       participant_id text, contest_id text, agent_id text, original_id text,
       model text, system text, prompt text, generated text, state text, tries integer,
       faults text, -- JSON: [fault]
       usage text, -- JSON: {model, input_tokens, output_tokens, cost_usd}
       tokens integer, cost_usd real, time_to_first_token_ms integer, latency_ms integer,
       message text, started_at integer, finished_at integer
     ) strict`);
    this.addSql('create index generatejob_started on generatejob (started_at, key)');
    this.addSql('create index generatejob_job on generatejob (job_id)');
    // Budgets are summed up from these alone.
    this.addSql('create index generatejob_contest on generatejob (contest_id, tokens, cost_usd)');
    this.addSql('create index generatejob_agent on generatejob (agent_id, tokens, cost_usd)');
  }
}
