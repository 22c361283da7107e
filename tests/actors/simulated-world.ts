/** The world around a simulated root: requests that no agent has answered yet, and jobs that have their turn at a host or wait for it. */
import { renderPrompt } from '../../src/actors/contest/view.ts';
import type { JobCommand, Outbound, OutboundCall, TurnRequest } from '../../src/actors/job/state.ts';
import { machineOf } from '../../src/actors/machines.ts';
import { foldRoot } from '../../src/actors/runtime/fold.ts';
import type { Entry } from '../../src/actors/runtime/journal.ts';
import type { Address, Command } from '../../src/actors/runtime/machine.ts';
import type { Json } from '../../src/protocol/json.ts';
import type { SimulatedAgents } from './simulated-agents.ts';

export interface WorldOptions {
  readonly agents: SimulatedAgents;
  /** Of so many calls to hosts, and no more, is it the turn at once. */
  readonly turnsMax?: number;
  /** How probable it is that what the world says comes twice. */
  readonly repeats?: number;
}

/** What the world knows of the root and may do to it. */
interface Surroundings {
  readonly root: string;
  readonly entries: readonly Entry[];
  /** A number below another one. */
  draw(below: number): number;
  send(to: Address, from: string, command: Command): void;
}

export interface OpenCall {
  readonly address: Address;
  readonly call: OutboundCall;
}

export interface SimulatedWorld {
  calls(): readonly OpenCall[];
  places(): { readonly held: number; readonly waiting: number };
  ask(address: Address, outbound: Outbound): void;
  /** What may happen next: any call may be answered, and whoever waits may have its turn while there is a place. */
  possible(): (() => void)[];
  /** Has an agent answer this request now. */
  answer(call: OutboundCall): void;
  /** The root is gone: some requests are lost, and nobody has a turn any more. */
  crash(): void;
}

export function createSimulatedWorld(options: WorldOptions, surroundings: Surroundings): SimulatedWorld {
  const { agents, turnsMax = 2, repeats = 0 } = options;
  const { root, entries, draw, send } = surroundings;
  let calls: OpenCall[] = [];
  let turns: { address: Address; turn: TurnRequest }[] = [];
  /** Whoever has its turn at a host, by its job. */
  const holders = new Set<string>();

  function ask(address: Address, outbound: Outbound): void {
    switch (outbound.kind) {
      case 'call':
        calls.push({ address, call: outbound });
        return;
      case 'turn':
        giveBack(outbound.job_id);
        turns.push({ address, turn: outbound });
        return;
      case 'withdrawal':
        return giveBack(outbound.job_id);
      default:
        outbound satisfies never;
    }
  }

  function giveBack(job: string): void {
    holders.delete(job);
    turns = turns.filter(({ turn }) => turn.job_id !== job);
    calls = calls.filter(({ call }) => call.job_id !== job || !('url' in call.task));
  }

  function grant(index: number): void {
    const [next] = turns.splice(index, 1);
    if (!next) return;
    const { address, turn } = next;
    holders.add(turn.job_id);
    const command: JobCommand = { type: 'wake', reason: 'turn', attempt: turn.attempt };
    send(address, `turn of ${turn.job_id}`, command);
  }

  function answerCall(index: number): void {
    const [open] = calls.splice(index, 1);
    if (!open) return;
    const { address, call } = open;
    const answer = agents(call, dataOf(call));
    if (answer === null) return;
    send(address, `world of ${call.job_id}`, answer);
    if (draw(1_000) < repeats * 1_000) send(address, `world of ${call.job_id}`, answer);
  }

  /** What the agent is sent. A request that is sent again is derived from the journal, and must be what was sent before. */
  function dataOf(call: OutboundCall): Json {
    if (call.task.type !== 'prompt') return {};
    const position = call.view?.position ?? 0;
    const rendered = renderPrompt(foldRoot(root, machineOf, entries.slice(0, position)), call.task);
    if (rendered.hash !== call.view?.hash)
      throw new Error(`${call.task.prompt_type} is derived otherwise at ${position}`);
    if (call.prompt && !call.prompt.data.equals(rendered.data))
      throw new Error(`${call.task.prompt_type} was sent otherwise`);
    return JSON.parse(rendered.data.toString()) as Json;
  }

  return {
    calls: () => calls,
    places: () => ({ held: holders.size, waiting: turns.length }),
    ask,
    possible: () => [
      ...calls.map((_, index) => () => answerCall(index)),
      ...(holders.size < turnsMax ? turns.map((_, index) => () => grant(index)) : []),
    ],
    answer: (call) => answerCall(calls.findIndex((open) => open.call === call)),
    crash() {
      calls = calls.filter(() => draw(2) === 0);
      turns = [];
      holders.clear();
    },
  };
}
