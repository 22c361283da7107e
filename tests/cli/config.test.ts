/** The configuration: which source wins, and that a wrong value names its key and where it came from. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError, configuredModels, loadConfig } from '../../src/config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'arena-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'arena.yaml');
  writeFileSync(path, text);
  return path;
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(loadConfig({})).toEqual({
      http: { host: '127.0.0.1', port: 8000 },
      public_url: '',
      actor_url: '',
      db_url: 'sqlite:data/arena.db',
      receipt_days: 30,
      nats: { url: '', jetstream: 'auto' },
      agents: 'on',
      allow_hosts: [],
      calls: { in_flight_max: 1_000, in_flight_per_host_max: 100 },
      jobs: { memory_mib_max: 512 },
      llm: { base_url: '', api_key: '', model: '' },
      models: [],
      providers: {},
      generations: {
        timeout_ms: 120_000,
        tries_max: 5,
        ttl_ms: 600_000,
        in_flight_max: 16,
        per_minute_max: null,
      },
      budgets: { agent: { tokens: null, usd: null }, contest: { tokens: null, usd: null } },
      log: { level: 'info', loggers: {} },
    });
  });

  it('takes the file over the defaults and the environment over the file, key by key', () => {
    const ARENA_CONFIG = file(
      'http: {port: 9000, host: 0.0.0.0}\nlog: {loggers: {bridge: debug}}\nagents: off\ncalls: {in_flight_max: 8}',
    );
    const config = loadConfig({ ARENA_CONFIG, ARENA_HTTP_PORT: '9001', ARENA_LOG_LEVEL: 'warn' });
    expect(config.http).toEqual({ host: '0.0.0.0', port: 9001 });
    expect(config.log).toEqual({ level: 'warn', loggers: { bridge: 'debug' } });
    expect(config.agents).toBe('off');
    expect(config.calls).toEqual({ in_flight_max: 8, in_flight_per_host_max: 100 });
  });

  it('reads every variable', () => {
    const config = loadConfig({
      ARENA_HTTP_HOST: '::1',
      ARENA_PUBLIC_URL: 'https://arena.example',
      ARENA_ACTOR_URL: 'https://actor.example',
      ARENA_DB_URL: 'sqlite:/tmp/arena.db',
      ARENA_NATS_URL: 'nats://127.0.0.1:4222',
      ARENA_NATS_JETSTREAM: 'off',
      ARENA_AGENTS: 'off',
      ARENA_ALLOW_HOSTS: 'localhost, 10.0.0.1:80',
      ARENA_LLM_BASE_URL: 'http://127.0.0.1:11434/v1',
      ARENA_LLM_API_KEY: 'key',
      ARENA_LLM_MODEL: 'small',
    });
    expect(config).toMatchObject({
      http: { host: '::1', port: 8000 },
      public_url: 'https://arena.example',
      actor_url: 'https://actor.example',
      db_url: 'sqlite:/tmp/arena.db',
      nats: { url: 'nats://127.0.0.1:4222', jetstream: 'off' },
      agents: 'off',
      allow_hosts: ['localhost', '10.0.0.1:80'],
      llm: { base_url: 'http://127.0.0.1:11434/v1', api_key: 'key', model: 'small' },
    });
  });

  it('makes a model of the provider of llm, beside those that are listed', () => {
    const listed = '{name: big, key: maker/big, supports_json: true, supports_schema: true, prompt_price: 0.001}';
    const config = loadConfig({
      ARENA_CONFIG: file(`models: [${listed}]`),
      ARENA_LLM_BASE_URL: 'http://127.0.0.1:11434/v1',
      ARENA_LLM_API_KEY: 'a-secret-key',
      ARENA_LLM_MODEL: 'small',
    });
    const models = configuredModels(config);
    expect(models).toMatchObject([
      {
        name: 'small',
        key: 'small',
        provider: 'openai-compatible',
        base_url: 'http://127.0.0.1:11434/v1',
        active: true,
      },
      { name: 'big', key: 'maker/big', prompt_price: 0.001 },
    ]);
    expect(JSON.stringify(models)).not.toContain('a-secret-key');
  });

  it('takes what is listed of the model of llm as it is listed', () => {
    const listed = '{name: small, key: maker/small, supports_json: true, supports_schema: true}';
    const config = loadConfig({ ARENA_CONFIG: file(`models: [${listed}]`), ARENA_LLM_MODEL: 'small' });
    expect(configuredModels(config)).toMatchObject([{ name: 'small', key: 'maker/small' }]);
  });

  it('names what is wrong with a listed model', () => {
    const config = () => loadConfig({ ARENA_CONFIG: file('models: [{name: small, prompt_price: -1}]') });
    expect(config).toThrow(/models\[0\]\.key[\s\S]*models\[0\]\.prompt_price/);
  });

  it.each([
    ['ARENA_HTTP_PORT', 'eighty', /ARENA_HTTP_PORT[\s\S]*http\.port/],
    ['ARENA_HTTP_PORT', '', /ARENA_HTTP_PORT/],
    ['ARENA_DB_URL', 'mysql://x', /ARENA_DB_URL[\s\S]*sqlite:<file>[\s\S]*db_url/],
    ['ARENA_DB_URL', 'postgresql://localhost/arena', /ARENA_DB_URL[\s\S]*in SQLite[\s\S]*db_url/],
    ['ARENA_NATS_URL', 'ws://127.0.0.1:4222', /ARENA_NATS_URL[\s\S]*nats:\/\/ or tls:\/\/[\s\S]*nats\.url/],
    ['ARENA_NATS_URL', 'http://x', /ARENA_NATS_URL[\s\S]*nats\.url/],
    ['ARENA_AGENTS', 'yes', /ARENA_AGENTS[\s\S]*agents/],
    ['ARENA_ALLOW_HOSTS', 'a,http://b/', /ARENA_ALLOW_HOSTS[\s\S]*allow_hosts\[1\]/],
    ['ARENA_LLM_BASE_URL', 'https://me:secret@models.example/v1', /ARENA_LLM_BASE_URL[\s\S]*llm\.api_key/],
    ['ARENA_LOG_LEVEL', 'loud', /ARENA_LOG_LEVEL[\s\S]*log\.level/],
    ['ARENA_HTTP_PROT', '80', /ARENA_HTTP_PROT is not known/],
  ])('refuses %s=%s and says which key and source it is', (name, value, message) => {
    expect(() => loadConfig({ [name]: value })).toThrow(message);
    expect(() => loadConfig({ [name]: value })).toThrow(ConfigError);
  });

  it.each([
    ['http: {prot: 80}', /arena\.yaml[\s\S]*prot/],
    ['http: 80', /arena\.yaml[\s\S]*http/],
    ['log: {loggers: {database: debug}}', /arena\.yaml[\s\S]*database/],
    ['a: [', /arena\.yaml cannot be read/],
  ])('refuses a file with %s', (text, message) => {
    expect(() => loadConfig({ ARENA_CONFIG: file(text) })).toThrow(message);
  });

  it('refuses a file that is not there', () => {
    expect(() => loadConfig({ ARENA_CONFIG: join(folder, 'none.yaml') })).toThrow(/none\.yaml cannot be read/);
  });
});
