/** The host of agents with language models in a simulated process, put together as the program puts it together. */
import type { Clock, Log } from '../../src/actors/runtime/ports.ts';
import type { Runtime } from '../../src/actors/runtime/runtime.ts';
import { nothingSpent } from '../../src/agents/budgets.ts';
import { generationAddress } from '../../src/agents/generation/machine.ts';
import { createGenerationService, type GenerationService } from '../../src/agents/generation/service.ts';
import type { GenerationOutbound, GenerationState } from '../../src/agents/generation/state.ts';
import { createEndings } from '../../src/agents/generation-endings.ts';
import { createAgentHost } from '../../src/agents/host.ts';
import { createModelAnswering } from '../../src/agents/model-answering.ts';
import type { LlmModelDocument, ModelAgent, ModelDirectory } from '../../src/agents/model-directory.ts';
import type { ModelCaller } from '../../src/agents/models/model-caller.ts';
import type { Bus } from '../../src/bridge/bus.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { promptOf } from './model.ts';

export interface ModelHostOptions {
  readonly bus: Bus;
  readonly runtime: () => Pick<Runtime, 'begin' | 'request' | 'read' | 'tell'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly caller: ModelCaller;
  /** The agents that the model speaks for. */
  readonly agents: readonly ModelAgent[];
  /** Told of every request that is received. */
  readonly asked: (request: AgentRequest) => void;
  /** What a deliberate fault makes of it. */
  readonly changed: (service: GenerationService) => GenerationService;
}

export interface ModelHost {
  send(outbound: GenerationOutbound): void;
  appeared(generation: GenerationState): void;
  start(): Promise<void>;
  close(): Promise<void>;
}

const limits = { call_timeout_ms: 1_000, tries_max: 3, ttl_ms: 8_000 };
const noBudget = { tokens: null, usd: null };
const drainMs = 3_000;

export async function createModelHost(options: ModelHostOptions): Promise<ModelHost> {
  const { bus, runtime, clock, log, agents } = options;
  const agentOf = async (id: string) => agents.find(({ participant_id }) => participant_id === id) ?? null;
  const directory: ModelDirectory = {
    agentOf,
    model: async (name) => (name === model.name ? model : null),
    strategy: async () => null,
    defaultModel: () => null,
  };
  const endings = createEndings(clock);
  const connection = await bus.connect({ name: 'agent host', noEcho: true });
  const hosted = await bus.connect({ name: 'hosted agents' });
  const generations = options.changed(
    createGenerationService({
      runtime: {
        begin: (address, command) => runtime().begin(address, command),
        request: (address, command) => runtime().request(address, command),
        read: (root) => runtime().read(root),
      },
      table: { list: async () => [], spent: async () => nothingSpent },
      directory,
      endings,
      limits,
      budgets: { agent: noBudget, contest: noBudget },
    }),
  );
  const answering = createModelAnswering({
    connection,
    generations,
    endings,
    caller: options.caller,
    directory,
    prompts: { render: ({ request }) => ({ system: null, prompt: promptOf(request), template: 'none', schema: null }) },
    expectedMs: () => 0,
    tell: (id, command) => runtime().tell(generationAddress(id), command),
    spent: async () => ({ agent: nothingSpent, contest: nothingSpent }),
    isBudgeted: true,
    clock,
    log,
  });
  const host = createAgentHost({
    connection: hosted,
    clock,
    log,
    directory: {
      agentOf,
      list: async () => agents.map(({ participant_id }) => participant_id),
      onChange: () => () => {},
    },
    modelAgents: {
      answer(request, signal) {
        options.asked(request);
        return answering.agents.answer(request, signal);
      },
    },
  });

  return {
    send: answering.send,
    appeared: answering.appeared,
    start: host.start,
    async close() {
      await host.close(drainMs);
      answering.close();
      await connection.close();
    },
  };
}

const model: LlmModelDocument = {
  id: 'the-simulated-model',
  created_at: 0,
  updated_at: 0,
  name: 'simulated',
  key: 'simulated',
  provider: null,
  base_url: null,
  supports_json: true,
  supports_schema: false,
  context_length: null,
  prompt_price: null,
  completion_price: null,
  request_price: null,
  active: true,
  notes: '',
  score: null,
};

/** The agent of a seat that a model speaks for. */
export function modelAgent(seat: Pick<ModelAgent, 'name' | 'role'> & { readonly id: string }): ModelAgent {
  const { id, name, role } = seat;
  return { id: `agent-of-${id}`, participant_id: id, name, role, model: model.name, strategy_id: null };
}
