/** Counts the actors that nact has spawned and not stopped, whoever has lost sight of them: also those that it finds no more. */
import { createRequire } from 'node:module';

interface NactActor {
  readonly name: string;
  readonly stopped: boolean;
}

interface NactParent {
  childSpawned(child: NactActor): void;
}

const require = createRequire(import.meta.url);
const systemMap = require('nact/lib/system-map.js') as { add(system: NactParent): void };
const { Actor } = require('nact/lib/actor.js') as { Actor: { prototype: NactParent } };

export interface Census {
  /** Actors that live, of all systems that were started since the census began. */
  actors(): number;
  names(): string[];
  end(): void;
}

export function takeCensus(): Census {
  const spawned = new Set<NactActor>();
  const { add } = systemMap;
  const { childSpawned } = Actor.prototype;
  const counted = (original: NactParent['childSpawned']): NactParent['childSpawned'] =>
    function (this: NactParent, child) {
      spawned.add(child);
      original.call(this, child);
    };
  Actor.prototype.childSpawned = counted(childSpawned);
  systemMap.add = (system) => {
    system.childSpawned = counted(system.childSpawned);
    add(system);
  };
  const names = () => [...spawned].filter((actor) => !actor.stopped).map(({ name }) => name);
  return {
    actors: () => names().length,
    names,
    end: () => {
      Actor.prototype.childSpawned = childSpawned;
      systemMap.add = add;
    },
  };
}
