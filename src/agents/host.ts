/**
 * The host of agents that run in the arena's own process. It listens for each participant that it has an agent for and for nobody else,
 * so that whoever asks another participant hears that nobody is there. Which participants these are is the directory's to know.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { BusConnection, Subscription } from '../bridge/bus.ts';
import { channelPrefix, defaultEndpoint, requestPattern } from '../protocol/channels.ts';
import type { AgentRequest, AgentResponse } from '../protocol/messages.ts';
import type { Role } from '../protocol/states.ts';
import { type AnsweringAgent, createAnswering } from './answering.ts';
import type { Handlers } from './asks.ts';
import { listen } from './listening.ts';
import type { ModelAgents } from './model-agents.ts';
import { scriptNamed } from './model-names.ts';
import { agentOfModel as bundledAgentOfModel, bundledModels } from './scripted/scripted-agents.ts';

export interface HostedAgent {
  /** `script:<name>`, `TEST:<text>`, a name that `agentOfModel` knows, or any other for `modelAgents`. */
  model: string | null;
  name: string;
  role: Role;
}

/** The port to whoever keeps participants and their agents. */
export interface AgentDirectory {
  agentOf(participantId: string): Promise<HostedAgent | null>;
  /** The participants that have an agent here. */
  list(): Promise<readonly string[]>;
  /** Calls back, in the same turn, whenever a participant gets, changes or loses (null) its agent. Returns what ends it. */
  onChange(callback: (participantId: string, agent: HostedAgent | null) => void): () => void;
}

export interface AgentHostOptions {
  /**
   * Stays open at the end. Where an arena asks over the same one, the bus knows of a participant before it has the first request to it: it
   * takes what comes over one connection in order, and over two as it likes.
   */
  readonly connection: BusConnection;
  readonly directory: AgentDirectory;
  readonly log: Log;
  readonly clock: Clock;
  /** The agent behind a model's name, or null when it is unknown. Default: the bundled ones. */
  readonly agentOfModel?: (model: string) => Handlers | null;
  /** Answers for participants whose agent names another model, or none. */
  readonly modelAgents?: ModelAgents;
  /** What bundled agents say to be, when asked for their health. */
  readonly version?: string;
  /** Default 10,000. */
  readonly rememberedMax?: number;
}

export interface AgentHost {
  /** Listens for all participants of the directory, and resolves when the server knows of them. */
  start(): Promise<void>;
  /** Resolves when the server knows all participants that the host has been told of. */
  settled(): Promise<void>;
  /** Answers a request that did not come over the bus, as if it had. Never rejects. */
  answer(request: AgentRequest): Promise<AgentResponse>;
  /** How many participants are listened for. */
  size(): number;
  /** Answers what is at hand within `timeoutMs` (5,000), has the rest asked again, listens no more. Resolves with how many were left. */
  close(timeoutMs?: number): Promise<number>;
}

const encoder = new TextEncoder();

export function createAgentHost(options: AgentHostOptions): AgentHost {
  const {
    connection,
    directory,
    log,
    clock,
    agentOfModel = bundledAgentOfModel,
    modelAgents,
    version,
    rememberedMax = 10_000,
  } = options;
  const said = version === undefined ? {} : { version };
  const hosted = new Map<string, { agent: HostedAgent; subscription: Subscription }>();
  const answering = createAnswering({ clock, agentFor, rememberedMax });
  let isListening = false;
  let stopWatching: (() => void) | null = null;

  function agentFor(request: AgentRequest): AnsweringAgent | string {
    const agent = hosted.get(request.participant_id)?.agent;
    if (!agent) return `no agent for participant ${request.participant_id.slice(0, 100)} is hosted here`;
    const model = request.model ?? agent.model;
    const handlers = model === null ? null : agentOfModel(model);
    if (handlers) return { name: agent.name, ...said, handlers };
    // What looks like a bundled agent is never a model's name.
    const isBundled = model !== null && scriptNamed(model) !== null;
    if (modelAgents && !isBundled) return { name: agent.name, respond: modelAgents.answer };
    return `there is no model "${(model ?? '').slice(0, 100)}"; bundled are ${bundledModels.join(', ')}`;
  }

  function change(participantId: string, agent: HostedAgent | null): void {
    const known = hosted.get(participantId);
    if (agent === null) {
      known?.subscription.unsubscribe();
      hosted.delete(participantId);
    } else if (known) {
      known.agent = agent;
    } else if (isListening) {
      const pattern = requestPattern(channelPrefix(defaultEndpoint, participantId));
      hosted.set(participantId, { agent, subscription: listen(connection, pattern, answering, log) });
    }
  }

  async function settled(): Promise<void> {
    if (connection.status().connected) await connection.flush();
  }

  return {
    start: async () => {
      isListening = true;
      const changed = new Set<string>();
      stopWatching = directory.onChange((participantId, agent) => {
        changed.add(participantId);
        change(participantId, agent);
      });
      for (const participantId of await directory.list()) {
        const agent = await directory.agentOf(participantId);
        // What has been told in the meantime is newer than what was read.
        if (!changed.has(participantId)) change(participantId, agent);
      }
      await settled();
      log.info({ participants: hosted.size }, 'bundled agents listen');
    },
    settled,
    answer: (request) => answering.answer(encoder.encode(JSON.stringify(request))),
    size: () => hosted.size,
    close: async (timeoutMs = 5_000) => {
      stopWatching?.();
      const left = await answering.close(timeoutMs);
      isListening = false;
      for (const { subscription } of hosted.values()) subscription.unsubscribe();
      hosted.clear();
      return left;
    },
  };
}
