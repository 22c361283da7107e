/** That the wrapper absorbs what nact leaves to its users. What that is, is in `nact.test.ts`. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ActorSystem, createActorSystem } from '../../src/actors/runtime/nact.ts';
import { type Census, takeCensus } from './nact-census.ts';
import { turns, until } from './simulated-time.ts';

let census: Census;
beforeEach(() => {
  census = takeCensus();
});
afterEach(() => census.end());

describe('the wrapper', () => {
  interface Fixture {
    readonly system: ActorSystem<string, string>;
    readonly appended: string[];
    readonly crashes: unknown[];
    spawn(
      name: string,
      handler?: Parameters<ActorSystem<string, string>['spawn']>[0]['handler'],
      seq?: number,
    ): Spawned;
  }
  type Spawned = ReturnType<ActorSystem<string, string>['spawn']>;

  function wrapped(): Fixture {
    const appended: string[] = [];
    const crashes: unknown[] = [];
    const system = createActorSystem<string, string>((append) => void appended.push(append));
    return {
      system,
      appended,
      crashes,
      spawn: (name, handler = (state) => state, seq = 0) =>
        system.spawn({
          parent: null,
          name,
          key: `key of ${name}`,
          state: `state of ${name}`,
          seq,
          handler,
          onCrash: (error) => void crashes.push(error),
        }),
    };
  }

  test('starts an actor in the state and at the number that it is given, and hands its entries on before the handler returns', async () => {
    const { system, appended, crashes, spawn } = wrapped();
    const seen: unknown[] = [];
    const actor = spawn(
      'one',
      (state, message, persist) => {
        persist(`entry for ${message}`, 8 + seen.length);
        seen.push([state, [...appended]]);
        return `after ${message}`;
      },
      7,
    );
    system.tell(actor, 'a');
    system.tell(actor, 'b');
    await until('both are handled', () => seen.length === 2);
    expect(seen).toEqual([
      ['state of one', ['entry for a']],
      ['after a', ['entry for a', 'entry for b']],
    ]);
    expect(crashes).toEqual([]);
    system.shutdown();
  });

  test('reports an actor that counts otherwise than the journal, and appends nothing', async () => {
    const { system, appended, crashes, spawn } = wrapped();
    const actor = spawn('one', (state, _message, persist) => {
      persist('entry', 5);
      return state;
    });
    system.tell(actor, 'a');
    await until('it is reported', () => crashes.length === 1);
    expect(String(crashes[0])).toContain('nact counts entry 1, the journal 5');
    expect(appended).toEqual([]);
    system.shutdown();
  });

  test('stops an actor whose handler throws, and never goes on with its next message', async () => {
    const { system, crashes, spawn } = wrapped();
    const handled: string[] = [];
    const actor = spawn('one', (_state, message) => {
      handled.push(message);
      throw new Error(`cannot handle ${message}`);
    });
    system.tell(actor, 'a');
    system.tell(actor, 'b');
    await until('it is reported', () => crashes.length === 1);
    await turns();
    expect(handled).toEqual(['a']);
    expect(census.actors()).toBe(0);
    system.shutdown();
  });

  test('gives an actor of the path of a stopped one its own state, also when the first was stopped before it had begun', async () => {
    const { system, spawn } = wrapped();
    const seen: unknown[] = [];
    const first = spawn('one', (state) => void seen.push(state), 3);
    system.stop(first);
    const second = system.spawn({
      parent: null,
      name: 'one',
      key: 'key of one',
      state: 'another state',
      seq: 4,
      handler: (state) => void seen.push(state),
      onCrash: (error) => void seen.push(error),
    });
    system.tell(second, 'a');
    await until('it is handled', () => seen.length > 0);
    expect(seen).toEqual(['another state']);
    system.stop(second);
    expect(census.actors()).toBe(0);
    system.shutdown();
  });
});
