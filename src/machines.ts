/** Every machine that there is, the arena's and those of the host of agents: which one lives at an address, its rows, what it tells. */
import { machineOf as arenaMachineOf, machines as arenaMachines } from './actors/machines.ts';
import { projection as arenaProjection, foldStreams } from './actors/projection.ts';
import { publicationsOf as arenaPublicationsOf } from './actors/publications.ts';
import type { Address, Machine } from './actors/runtime/machine.ts';
import type { Projection } from './actors/runtime/projection.ts';
import type { PublicationsOf } from './actors/runtime/publication.ts';
import { generationKind, generationMachine } from './agents/generation/machine.ts';
import { generationNotices } from './agents/generation/notices.ts';
import { generationRows } from './agents/generation/rows.ts';
import type { GenerationState } from './agents/generation/state.ts';

const generations = generationMachine as unknown as Machine;

export const machines: readonly Machine[] = [...arenaMachines, generations];

export function machineOf(address: Address): Machine {
  return isGeneration(address) ? generations : arenaMachineOf(address);
}

export function isGeneration(address: Address): boolean {
  return address.startsWith(`${generationKind}/`);
}

export const projection: Projection = {
  rowsOf: (stream) =>
    stream.kind === generationKind ? generationRows(stream.state as GenerationState) : arenaProjection.rowsOf(stream),
  fold: (entries) => foldStreams(machineOf, entries),
};

export const publicationsOf: PublicationsOf = (entry) =>
  entry.kind === generationKind ? generationNotices(entry) : arenaPublicationsOf(entry);
