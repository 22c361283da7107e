/**
 * The configuration: `config/default.yaml`, then the file in ARENA_CONFIG, then the environment. Each source is checked by
 * itself, so that a wrong value names its key and where it came from.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type CatalogueCreate, catalogueSchemas } from './protocol/catalogue.ts';
import { credentialsIn } from './protocol/urls.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
const loggers = ['bridge', 'actors', 'http', 'persistence', 'agents'] as const;
export type LoggerName = (typeof loggers)[number];

const level = z.enum(levels);
const httpUrl = /^https?:\/\/[^\s/]+\S*$/;
const httpUrlOrEmpty = z.string().regex(/^$|^https?:\/\/[^\s/]+\S*$/, 'is not an http:// or https:// URL');
/** It becomes that of a model in the table, which everybody can read. */
const llmUrl = httpUrlOrEmpty.refine(
  (url) => credentialsIn(url).length === 0,
  'has a user or password: use llm.api_key',
);

const inFlight = z.number().int().min(1).max(10_000);
const perMinute = z.number().int().min(1).nullable();
const budget = z.strictObject({ tokens: z.number().int().min(0).nullable(), usd: z.number().min(0).nullable() });
const budgets = { agent: budget, contest: budget };

const sections = {
  http: z.strictObject({ host: z.string().min(1), port: z.number().int().min(0).max(65_535) }),
  nats: z.strictObject({
    url: z.string().regex(/^$|^(nats|tls):\/\/\S+$/, 'is not a nats:// or tls:// URL'),
    jetstream: z.enum(['auto', 'on', 'off']),
  }),
  calls: z.strictObject({
    in_flight_max: z.number().int().min(1).max(10_000),
    in_flight_per_host_max: z.number().int().min(1).max(10_000),
  }),
  jobs: z.strictObject({ memory_mib_max: z.number().int().min(1).max(1_048_576) }),
  llm: z.strictObject({ base_url: llmUrl, api_key: z.string(), model: z.string() }),
  generations: z.strictObject({
    timeout_ms: z.number().int().min(1).max(3_600_000),
    tries_max: z.number().int().min(1).max(100),
    ttl_ms: z.number().int().min(1).max(86_400_000),
    in_flight_max: inFlight,
    per_minute_max: perMinute,
  }),
  log: z.strictObject({ level, loggers: z.partialRecord(z.enum(loggers), level) }),
};

const keys = {
  public_url: httpUrlOrEmpty,
  actor_url: httpUrlOrEmpty,
  db_url: z.string().regex(/^sqlite:.+$/, 'is not sqlite:<file>: this version keeps everything in SQLite'),
  receipt_days: z.number().int().min(1).max(36_500),
  agents: z.enum(['on', 'off']),
  allow_hosts: z.array(
    z.string().regex(/^[^\s/:]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/, 'is not host or host:port'),
  ),
  models: z.array(catalogueSchemas.llmmodel.create),
  /** The environment variable of a key is named here, never the key itself. */
  providers: z.record(
    z.string().min(1),
    z.strictObject({
      base_url: z.string().regex(httpUrl, 'is not an http:// or https:// URL').optional(),
      api_key_env: z.string().min(1).optional(),
      in_flight_max: inFlight.optional(),
      per_minute_max: perMinute.optional(),
    }),
  ),
};

const configSchema = z.strictObject({ ...sections, budgets: z.strictObject(budgets), ...keys });
export type ArenaConfig = z.infer<typeof configSchema>;

/** The models that the table is to have: those listed, and the one of `llm`, which is the default. */
export function configuredModels({ llm, models }: ArenaConfig): CatalogueCreate<'llmmodel'>[] {
  if (llm.model === '' || models.some(({ name }) => name === llm.model)) return models;
  const { model: name, base_url } = llm;
  const access = { provider: 'openai-compatible', base_url: base_url === '' ? null : base_url };
  const ofLlm = { name, key: name, ...access, supports_json: true, supports_schema: false };
  return [catalogueSchemas.llmmodel.create.parse(ofLlm), ...models];
}

/** What one source may say: any part of the configuration. */
const layerSchema = z
  .strictObject({
    http: sections.http.partial(),
    nats: sections.nats.partial(),
    calls: sections.calls.partial(),
    jobs: sections.jobs.partial(),
    llm: sections.llm.partial(),
    generations: sections.generations.partial(),
    budgets: z.strictObject({ agent: budget.partial(), contest: budget.partial() }).partial(),
    log: sections.log.partial(),
    ...keys,
  })
  .partial();
type Layer = z.infer<typeof layerSchema>;

const asText = (text: string): unknown => text;
const asNumber = (text: string): unknown => (text.trim() === '' ? text : Number(text));
const asList = (text: string): unknown =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Environment variables: the key that each sets, and how its text is read. */
const variables: Readonly<Record<string, { path: readonly [string, string?]; read: (text: string) => unknown }>> = {
  ARENA_HTTP_HOST: { path: ['http', 'host'], read: asText },
  ARENA_HTTP_PORT: { path: ['http', 'port'], read: asNumber },
  ARENA_PUBLIC_URL: { path: ['public_url'], read: asText },
  ARENA_ACTOR_URL: { path: ['actor_url'], read: asText },
  ARENA_DB_URL: { path: ['db_url'], read: asText },
  ARENA_RECEIPT_DAYS: { path: ['receipt_days'], read: asNumber },
  ARENA_NATS_URL: { path: ['nats', 'url'], read: asText },
  ARENA_NATS_JETSTREAM: { path: ['nats', 'jetstream'], read: asText },
  ARENA_AGENTS: { path: ['agents'], read: asText },
  ARENA_ALLOW_HOSTS: { path: ['allow_hosts'], read: asList },
  ARENA_JOBS_MEMORY_MIB_MAX: { path: ['jobs', 'memory_mib_max'], read: asNumber },
  ARENA_LLM_BASE_URL: { path: ['llm', 'base_url'], read: asText },
  ARENA_LLM_API_KEY: { path: ['llm', 'api_key'], read: asText },
  ARENA_LLM_MODEL: { path: ['llm', 'model'], read: asText },
  ARENA_LOG_LEVEL: { path: ['log', 'level'], read: asText },
};
const otherVariables = ['ARENA_CONFIG', 'ARENA_URL'];

/** The configuration cannot be used. The message names the key, its source and what is wrong with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export interface LoadConfigOptions {
  /** The file with all keys; the one in the package unless a test brings its own. */
  defaultsFile?: string;
}

/** Reads and checks the configuration. Throws `ConfigError`. */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: LoadConfigOptions = {},
): ArenaConfig {
  const defaultsFile = options.defaultsFile ?? join(import.meta.dirname, '../config/default.yaml');
  const layers = [readFile(defaultsFile), env.ARENA_CONFIG ? readFile(env.ARENA_CONFIG) : {}, readEnvironment(env)];
  return checked(configSchema, layers.reduce(merged), defaultsFile);
}

function readFile(file: string): Layer {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    throw new ConfigError(`The configuration file ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return checked(layerSchema, content, `the file ${file}`);
}

function readEnvironment(env: Readonly<Record<string, string | undefined>>): Layer {
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('ARENA_') && !(name in variables) && !otherVariables.includes(name),
  );
  if (unknown.length > 0) {
    const known = [...Object.keys(variables), ...otherVariables].join(', ');
    throw new ConfigError(`The environment variable ${unknown.join(', ')} is not known. Known are: ${known}.`);
  }
  const layers = Object.entries(variables).map(([name, { path, read }]): Layer => {
    const text = env[name];
    if (text === undefined) return {};
    const [section, key] = path;
    const value = key === undefined ? { [section]: read(text) } : { [section]: { [key]: read(text) } };
    return checked(layerSchema, value, `the environment variable ${name}`);
  });
  return layers.reduce(merged, {});
}

function checked<T extends z.ZodType>(schema: T, value: unknown, source: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ConfigError(`There is something wrong in ${source}:\n${z.prettifyError(result.error)}`);
}

/** The second layer over the first: key by key within a section, lists as a whole. */
function merged(under: Layer, over: Layer): Layer {
  return {
    ...under,
    ...over,
    http: { ...under.http, ...over.http },
    nats: { ...under.nats, ...over.nats },
    calls: { ...under.calls, ...over.calls },
    jobs: { ...under.jobs, ...over.jobs },
    llm: { ...under.llm, ...over.llm },
    generations: { ...under.generations, ...over.generations },
    budgets: {
      agent: { ...under.budgets?.agent, ...over.budgets?.agent },
      contest: { ...under.budgets?.contest, ...over.budgets?.contest },
    },
    log: { ...under.log, ...over.log, loggers: { ...under.log?.loggers, ...over.log?.loggers } },
  };
}
