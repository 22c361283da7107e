/** Counts the actors that nact itself keeps, whoever has lost sight of them. */
import { createRequire } from 'node:module';

interface Node {
  readonly children: ReadonlyMap<string, Node>;
}

interface SystemMap {
  add(system: Node): void;
}

const systemMap = createRequire(import.meta.url)('nact/lib/system-map.js') as SystemMap;

export interface Census {
  /** Actors in all systems that were started since the census began. */
  actors(): number;
  names(): string[];
  end(): void;
}

export function takeCensus(): Census {
  const systems: Node[] = [];
  const add = systemMap.add;
  systemMap.add = (system) => {
    systems.push(system);
    add(system);
  };
  const namesBelow = (node: Node): string[] =>
    [...node.children].flatMap(([name, child]) => [name, ...namesBelow(child)]);
  return {
    actors: () => systems.reduce((sum, system) => sum + namesBelow(system).length, 0),
    names: () => systems.flatMap(namesBelow),
    end: () => {
      systemMap.add = add;
    },
  };
}
