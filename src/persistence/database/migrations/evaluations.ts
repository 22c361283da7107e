/** Evaluations: one row for each answer of a run. They are asked for outside of any contest, and outlast a reset that keeps models. */
import { Migration } from '@mikro-orm/migrations';

export class Evaluations extends Migration {
  override up(): void {
    this.addSql(`create table evaluation (
       ordinal integer primary key autoincrement, id text not null unique, run text not null,
       model text not null, prompt_type text not null,
       contest_id text, round_no integer, participant_id text, job_id text,
       state text not null, template text,
       system text, prompt text not null,
       schema text, -- JSON
       request text not null, -- JSON
       answer text, readable integer, shaped integer, legal integer, mark real, reason text, judge_model text,
       generation_id text, judge_generation_id text,
       input_tokens integer, output_tokens integer, cost_usd real, latency_ms integer, time_to_first_token_ms integer,
       message text not null, created_at integer not null, ended_at integer
     ) strict`);
    this.addSql('create index evaluation_run on evaluation (run, model)');
    this.addSql("create index evaluation_open on evaluation (state) where state in ('planned', 'asked', 'judged')");
  }
}
