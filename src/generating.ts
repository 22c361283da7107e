/** Puts together what answers with language models: where models, agents and budgets come from, generations, and what a host makes of them. */
import type { Clock, Log } from './actors/runtime/ports.ts';
import type { Runtime } from './actors/runtime/runtime.ts';
import { areLimited, nothingSpent } from './agents/budgets.ts';
import { createCatalogueModelDirectory } from './agents/catalogue-model-directory.ts';
import { generationAddress } from './agents/generation/machine.ts';
import { createGenerationService, type GenerationService } from './agents/generation/service.ts';
import { createEndings } from './agents/generation-endings.ts';
import { createModelAnswering, type ModelAnswering } from './agents/model-answering.ts';
import type { ModelDirectory } from './agents/model-directory.ts';
import { createLimitedCaller } from './agents/models/limited-caller.ts';
import type { ModelCaller } from './agents/models/model-caller.ts';
import { compatibleProvider, keyVariables, type ProviderSettings } from './agents/models/provider-names.ts';
import type { ProvidersOptions } from './agents/models/providers.ts';
import type { Prompts } from './agents/prompts/prompts.ts';
import type { Bus } from './bridge/bus.ts';
import type { OutboundGate } from './bridge/outbound-gate.ts';
import type { ArenaConfig } from './config.ts';
import type { Persistence } from './persistence/persistence.ts';
import { packageVersion } from './version.ts';

export interface GeneratingOptions {
  readonly config: ArenaConfig;
  readonly persistence: Pick<Persistence, 'catalogue' | 'generations'>;
  readonly runtime: () => Runtime;
  readonly bus: Bus;
  readonly gate: OutboundGate;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the keys of providers are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Generating extends Omit<ModelAnswering, 'close'> {
  readonly directory: ModelDirectory;
  readonly generations: GenerationService;
  close(): Promise<void>;
}

export async function createGenerating(options: GeneratingOptions): Promise<Generating> {
  const { config, persistence, runtime, bus, gate, clock, log } = options;
  const { catalogue } = persistence;
  const directory = createCatalogueModelDirectory(catalogue, config.llm.model || null);
  const endings = createEndings(clock);
  const connection = await bus.connect({ name: 'agent host', noEcho: true });

  const settings = providerSettings(config, options.environment);
  // What the configuration names for models is not thereby open to jobs and participants.
  const fetchModel = gate.fetchAlso(Object.values(settings).flatMap(({ base_url: url }) => url ?? []));
  const gated = (input: Parameters<typeof fetch>[0], init?: RequestInit) =>
    fetchModel(String(input), init as Parameters<OutboundGate['fetch']>[1]);
  const caller = createLimitedCaller({
    clock,
    caller: callerLoadedLater({ providers: settings, fetch: gated as unknown as typeof fetch }, clock),
    // The same server is one place, whether a model names its address or leaves that to its provider.
    placeOf({ provider, base_url }) {
      const name = provider ?? compatibleProvider;
      return base_url ?? settings[name]?.base_url ?? name;
    },
    limitsOf({ provider }) {
      const own = config.providers[provider ?? compatibleProvider];
      return {
        inFlightMax: own?.in_flight_max ?? config.generations.in_flight_max,
        perMinuteMax: own?.per_minute_max ?? config.generations.per_minute_max,
      };
    },
  });

  const { timeout_ms, tries_max, ttl_ms } = config.generations;
  const generations = createGenerationService({
    runtime: {
      begin: (address, command) => runtime().begin(address, command),
      request: (address, command) => runtime().request(address, command),
      read: (root) => runtime().read(root),
    },
    table: persistence.generations,
    directory,
    endings,
    limits: { call_timeout_ms: timeout_ms, tries_max, ttl_ms },
    budgets: config.budgets,
  });
  const answering = createModelAnswering({
    connection,
    generations,
    endings,
    caller,
    directory,
    prompts: options.prompts,
    expectedMs: caller.expectedMs,
    tell: (id, command) => runtime().tell(generationAddress(id), command),
    async spent({ participant_id, contest_id }) {
      const agent = await directory.agentOf(participant_id);
      const { spent } = persistence.generations;
      return {
        agent: agent === null ? nothingSpent : await spent({ agent_id: agent.id }),
        contest: contest_id === null ? nothingSpent : await spent({ contest_id }),
      };
    },
    isBudgeted: areLimited(config.budgets),
    version: packageVersion(),
    clock,
    log,
  });

  return {
    ...answering,
    directory,
    generations,
    async close() {
      answering.close();
      caller.close();
      await connection.close();
    },
  };
}

/** The packages of the providers take their time: they are loaded when a model is called, not at every start. */
function callerLoadedLater(access: ProvidersOptions, clock: Clock): ModelCaller {
  let loading: Promise<ModelCaller> | null = null;

  async function load(): Promise<ModelCaller> {
    const [{ createProviders }, { createSdkCaller }] = await Promise.all([
      import('./agents/models/providers.ts'),
      import('./agents/models/sdk-caller.ts'),
    ]);
    return createSdkCaller({ providers: createProviders(access), clock });
  }

  return {
    async call(call) {
      loading ??= load().catch((error: unknown) => {
        loading = null;
        throw error;
      });
      return (await loading).call(call);
    },
  };
}

/** Addresses and keys by provider. Keys stay in here: nothing of this is logged, kept or shown. */
function providerSettings(
  { providers, llm }: ArenaConfig,
  environment: GeneratingOptions['environment'],
): Record<string, ProviderSettings> {
  const usual: Readonly<Record<string, string>> = keyVariables;
  const names = [...new Set([...Object.keys(usual), ...Object.keys(providers)])];
  const named = names.map((name): [string, ProviderSettings] => {
    const { base_url, api_key_env: variable = usual[name] } = providers[name] ?? {};
    return [name, { base_url, api_key: variable === undefined ? undefined : environment[variable] || undefined }];
  });
  const ofLlm: Record<string, ProviderSettings> =
    llm.base_url === '' ? {} : { [compatibleProvider]: { base_url: llm.base_url, api_key: llm.api_key || undefined } };
  return { ...Object.fromEntries(named), ...ofLlm };
}
