/**
 * The first schema: the journal with what is written beside it, the catalogue, and the tables for people. A migration that was
 * released is never changed. The table `owner` is not here: it guards the migrations themselves.
 */
import { Migration } from '@mikro-orm/migrations';

export class InitialSchema extends Migration {
  override up(): void {
    for (const statement of [...journal, ...catalogue, ...tablesForPeople]) this.addSql(statement);
  }
}

const journal = [
  // `events` comes last: what looks for heads does not read its overflow pages.
  `create table entry (
     "offset" integer primary key autoincrement,
     root text not null,
     root_seq integer not null,
     stream text not null,
     seq integer not null,
     kind text not null,
     command_id text not null,
     caused_by text,
     at integer not null,
     epoch integer not null,
     hash text not null,
     events text not null,
     unique (root, root_seq)
   ) strict`,
  'create table receipt (command_id text primary key, root text not null, reply text not null) strict',
  'create table open_root (root text primary key, due_at integer) strict, without rowid',
  `create table snapshot (
     root text primary key, position integer not null, shape text not null, streams text not null
   ) strict`,
  'create table cursor (name text primary key, "offset" integer not null) strict, without rowid',
  'create table setting (name text primary key, value text not null) strict, without rowid',
  // What a projection could not show: the name is a table or `kind:<machine kind>`.
  `create table projection_state (
     name text primary key, error text not null, stream text not null, at integer not null
   ) strict, without rowid`,
];

const catalogue = [
  `create table arena (
     ordinal integer primary key autoincrement, id text not null unique,
     name text not null, description text not null, height integer not null, width integer not null,
     rules text not null, winning_condition text not null, max_random_features integer not null,
     created_at integer not null, updated_at integer not null
   ) strict`,
  `create table feature (
     ordinal integer primary key autoincrement, id text not null unique,
     name text not null, description text not null, position text not null, origin text not null,
     arena_id text references arena (id), group_id text,
     created_at integer not null, updated_at integer not null
   ) strict`,
  'create index feature_arena on feature (arena_id)',
  `create table participant (
     ordinal integer primary key autoincrement, id text not null unique,
     name text not null, role text not null, description text not null, endpoint text not null, api_key text,
     created_at integer not null, updated_at integer not null
   ) strict`,
  `create table strategy (
     ordinal integer primary key autoincrement, id text not null unique,
     name text not null, personality text not null, description text not null, role text not null, model text,
     prompts text not null,
     created_at integer not null, updated_at integer not null
   ) strict`,
  `create table agent (
     ordinal integer primary key autoincrement, id text not null unique,
     participant_id text not null unique references participant (id), strategy_id text references strategy (id),
     name text not null, model text,
     created_at integer not null, updated_at integer not null
   ) strict`,
  'create index agent_strategy on agent (strategy_id)',
  `create table llmmodel (
     ordinal integer primary key autoincrement, id text not null unique,
     name text not null unique, key text not null, provider text, base_url text,
     supports_json integer not null, supports_schema integer not null, context_length integer,
     prompt_price real, completion_price real, request_price real,
     active integer not null, notes text not null, score real,
     created_at integer not null, updated_at integer not null
   ) strict`,
  `create table generatejob (
     ordinal integer primary key autoincrement, id text not null unique,
     job_id text, prompt_type text not null, model text not null, prompt text not null, generated text,
     state text not null, started_at integer, finished_at integer, usage text, message text not null,
     created_at integer not null, updated_at integer not null
   ) strict`,
  'create index generatejob_job on generatejob (job_id)',
];

// Keys: contest and job their id; seat `<contest>/<participant>`; round and round_stats `<contest>/<round>`; the others `<contest>/<round>/<feature or player>`.
const tablesForPeople = [
  `create table contest (
     key text primary key, state text, paused integer, arena_id text, arena_name text,
     arena text, -- JSON: the arena as the contest has copied it
     participants text, -- JSON: [{id, name, role, …}], as they were when it was made; how they are is in seat
     auto_advance integer, max_rounds integer, winning_score integer, seed integer, current_round integer,
     winner_id text, end_reason text, start_time integer, end_time integer, error text,
     position integer, -- filled by readers from the journal
     created_at integer, deleted_at integer
   ) strict`,
  'create index contest_state on contest (state)',
  `create table seat (
     key text primary key, contest_id text, participant_id text,
     state text, faults_count integer, last_latency_ms integer
   ) strict`,
  'create index seat_contest on seat (contest_id)',
  `create table round (
     key text primary key, contest_id text, round_no integer, state text, ending_narrative text
   ) strict`,
  'create index round_contest on round (contest_id, round_no)',
  `create table contest_feature (
     key text primary key, contest_id text, round_no integer, feature_id text,
     name text, description text, position text, origin text
   ) strict`,
  `create table player_state (
     key text primary key, contest_id text, round_no integer, participant_id text, name text, position text,
     inventory text, -- JSON: [text]
     health text, score integer, memories text
   ) strict`,
  `create table player_action (
     key text primary key, contest_id text, round_no integer, participant_id text,
     action text, target text, narration text, memories text
   ) strict`,
  `create table judge_result (
     key text primary key, contest_id text, round_no integer, participant_id text,
     result text, reason text, narration text, memories text
   ) strict`,
  `create table round_stats (
     key text primary key, contest_id text, round_no integer, actions_count integer, duration_ms integer,
     metrics text -- JSON: {name: number}
   ) strict`,
  `create table job (
     key text primary key, root text, stream text, parent_id text, contest_id text, round_no integer,
     type text, state text, participant_id text, prompt_type text, method text, url text, channel text,
     attempts integer,
     faults text, -- JSON: [fault]
     message text,
     data text, -- JSON
     request_data text, -- JSON
     child_data text, -- JSON: [data of each child]
     latency_ms integer, created_at integer, ended_at integer
   ) strict`,
  'create index job_contest on job (contest_id)',
  'create index job_parent on job (parent_id)',
];
