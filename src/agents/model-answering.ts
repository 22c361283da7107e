/**
 * What a host does about language models, whichever they are: the answers of their agents, the calls that generations make and that nobody
 * wants any more, and what it tells the other hosts. Where models, agents and budgets come from is the program's.
 */
import type { Clock, Log } from '../actors/runtime/ports.ts';
import type { BusConnection } from '../bridge/bus.ts';
import type { Payer, Spent } from '../protocol/host-messages.ts';
import { randomId } from '../protocol/ids.ts';
import type { GenerationService } from './generation/service.ts';
import {
  type GenerationCommand,
  type GenerationOutbound,
  type GenerationState,
  isFinalGeneration,
} from './generation/state.ts';
import type { Endings } from './generation-endings.ts';
import { createModelAgents, type ModelAgents, type ModelAgentsOptions, responseOf } from './model-agents.ts';
import { createModelCalls } from './model-calls.ts';
import type { ModelCaller } from './models/model-caller.ts';
import { createHostPeers } from './peers.ts';
import { createUnwantedGenerations } from './unwanted-generations.ts';

export interface ModelAnsweringOptions
  extends Pick<ModelAgentsOptions, 'directory' | 'prompts' | 'expectedMs' | 'version'> {
  readonly connection: BusConnection;
  readonly generations: GenerationService;
  readonly endings: Endings;
  readonly caller: ModelCaller;
  readonly tell: (generationId: string, command: GenerationCommand) => void;
  /** What was spent at this host. */
  readonly spent: (payer: Payer) => Promise<Spent>;
  /** Whether a budget is limited here, so that the others have to be asked what they have spent. */
  readonly isBudgeted: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ModelAnswering {
  readonly agents: ModelAgents;
  /** Carries out what a generation asks of the world. */
  send(outbound: GenerationOutbound): void;
  /** A generation came into memory, in this state. */
  appeared(generation: GenerationState): void;
  close(): void;
}

export function createModelAnswering(options: ModelAnsweringOptions): ModelAnswering {
  const { connection, generations, endings, caller, directory, tell, spent, isBudgeted, clock, log } = options;
  const peers = createHostPeers({
    bus: connection,
    clock,
    log,
    hostId: randomId(),
    async holding(id) {
      const generation = await generations.find(id);
      if (!generation || generation.state === 'cancelled') return { state: 'none' };
      if (!isFinalGeneration(generation)) return { state: 'working' };
      return { state: 'answered', response: responseOf(generation, generation.spec.job_id ?? generation.id) };
    },
    spent,
  });
  const unwanted = createUnwantedGenerations({
    bus: connection,
    giveUp(id, reason) {
      // Whoever waits for it asks for something that is over: a failure could be taken for an answer to the attempt after it.
      endings.dismiss(id);
      tell(id, { type: 'cancel', reason });
    },
  });
  const calls = createModelCalls({
    caller,
    directory,
    log,
    tell,
    isTaken: peers.isTaken,
    ended(generation) {
      unwanted.ended(generation);
      const { reply_to: replyTo, job_id: jobId } = generation.spec;
      // Whoever asked was told `pending`, or this host has been away since: the answer goes where it would have gone.
      if (endings.ended(generation) > 0 || replyTo === null || generation.state === 'cancelled') return;
      connection.publish(replyTo, JSON.stringify(responseOf(generation, jobId ?? generation.id)));
    },
  });

  return {
    agents: createModelAgents({
      ...options,
      peers: { claim: (id, payer) => peers.claim(id, isBudgeted ? payer : undefined) },
    }),
    send(outbound) {
      if (outbound.kind === 'model_call') unwanted.underway({ id: outbound.generation_id, spec: outbound.spec });
      calls.send(outbound);
    },
    appeared(generation) {
      if (generation.state !== 'none' && !isFinalGeneration(generation)) unwanted.underway(generation);
    },
    close() {
      unwanted.close();
      calls.close();
      peers.close();
    },
  };
}
