/** The rules of the layout: who may import whom, who may know nact and NATS, and where time and chance come from. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const project = join(import.meta.dirname, '..');
const files = globSync('src/**/*.{ts,tsx,js}', { cwd: project }).sort();
const sources = new Map(files.map((file) => [file, readFileSync(join(project, file), 'utf8')]));

/** Ports of the actors: what the edges may know of them. */
const actorPorts = [
  'src/actors/address.ts',
  'src/actors/contests.ts',
  'src/actors/jobs.ts',
  'src/actors/job/state.ts',
  'src/actors/records.ts',
  'src/actors/runtime/feed.ts',
  'src/actors/runtime/journal.ts',
  'src/actors/runtime/machine.ts',
  'src/actors/runtime/ports.ts',
  'src/actors/runtime/projection.ts',
  'src/actors/runtime/publication.ts',
];
/** What others may know of the agents and of what is kept: types, over those of the protocol. */
const agentPorts = ['src/agents/generations.ts', 'src/agents/evaluation/evaluations.ts'];
const persistencePort = 'src/persistence/ports.ts';
const busPort = 'src/bridge/bus.ts';
const processClock = 'src/process-clock.ts';
const clientTimer = 'src/client/pause.ts';
const browserClock = 'src/web/browser-clock.ts';

/** What each folder may import besides its own files: folders end with a slash. */
const allowed: Record<string, readonly string[]> = {
  'src/protocol/': [],
  'src/actors/': ['src/protocol/'],
  'src/bridge/': ['src/protocol/', ...actorPorts],
  'src/persistence/': ['src/protocol/', ...actorPorts],
  'src/http/': ['src/protocol/', ...actorPorts, ...agentPorts, persistencePort],
  'src/signals/': ['src/protocol/', ...actorPorts, 'src/bridge/traceparent.ts'],
  'src/client/': ['src/protocol/'],
  // What is played where is data, and so are the names of states; who rules on a game is not for the page.
  'src/web/': [
    'src/client/',
    'src/agents/games/bundled-games.ts',
    'src/protocol/states.ts',
    // What must not turn around on the page is what must not be in a name.
    'src/protocol/writing-direction.ts',
  ],
  'src/agents/': ['src/protocol/', ...actorPorts, busPort, processClock],
  'src/cli/': [
    'src/protocol/',
    'src/client/',
    'src/agents/',
    ...actorPorts,
    'src/config.ts',
    'src/app.ts',
    'src/version.ts',
    processClock,
    busPort,
    'src/bridge/bus-nats.ts',
  ],
};

/** Exceptions, each said in the file itself. */
const exceptions: Record<string, readonly string[]> = {
  // The kit connects by itself when it is given a URL.
  'src/agents/kit.ts': [busPort, 'src/bridge/bus-nats.ts'],
  // Whoever tries an agent at an endpoint sees what a contest would see.
  'src/agents/checking/over-http.ts': [
    'src/bridge/agent-http-request.ts',
    'src/bridge/http-call.ts',
    'src/bridge/outbound-gate.ts',
    'src/bridge/traceparent.ts',
  ],
};

function importsOf(file: string): string[] {
  const found = [...(sources.get(file) ?? '').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return found.map((name) => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name));
}

/** What is still there when types are gone. */
function runtimeImportsOf(file: string): string[] {
  const source = (sources.get(file) ?? '').replace(/(import|export) type [^;]*;/g, '');
  return [...source.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
  );
}

describe('imports follow the layout', () => {
  for (const [folder, others] of Object.entries(allowed)) {
    it(`${folder} imports ${others.length === 0 ? 'nothing of ours' : 'only what it may'}`, () => {
      const wrong = files
        .filter((file) => file.startsWith(folder))
        .flatMap((file) =>
          importsOf(file)
            .filter((target) => target.startsWith('src/') && !target.startsWith(folder))
            .filter(
              (target) =>
                ![...others, ...(exceptions[file] ?? [])].some(
                  (may) => target === may || (may.endsWith('/') && target.startsWith(may)),
                ),
            )
            .map((target) => `${file} → ${target}`),
        );
      expect(wrong).toEqual([]);
    });
  }

  it('the ports of agents and persistence are types, and know the protocol and the ports of the actors only', () => {
    const ports = [...agentPorts, persistencePort];
    const known = (target: string) => target.startsWith('src/protocol/') || actorPorts.includes(target);
    expect(ports.flatMap(importsOf).filter((target) => !known(target))).toEqual([]);
    expect(ports.flatMap(runtimeImportsOf)).toEqual([]);
    expect(ports.filter((file) => /^export (?!interface|type)/m.test(sources.get(file) ?? ''))).toEqual([]);
  });

  it('every file lies in a folder that has a rule, or is one that puts things together', () => {
    const assembling = [
      'src/app.ts',
      'src/evaluating.ts',
      'src/generating.ts',
      'src/hosting.ts',
      'src/machines.ts',
      'src/observing.ts',
      'src/playing.ts',
      'src/config.ts',
      'src/log.ts',
      processClock,
      'src/version.ts',
    ];
    const homeless = files.filter(
      (file) => !assembling.includes(file) && !Object.keys(allowed).some((folder) => file.startsWith(folder)),
    );
    expect(homeless).toEqual([]);
  });
});

describe('the client takes nothing along', () => {
  it('knows the protocol by its types only, and no library at run time', () => {
    const wrong = files
      .filter((file) => file.startsWith('src/client/'))
      .flatMap((file) => runtimeImportsOf(file).map((target) => `${file} → ${target}`))
      .filter((pair) => !pair.includes('→ src/client/'));
    expect(wrong).toEqual([]);
  });
});

describe('libraries stay where they belong', () => {
  const owners: Record<string, RegExp> = {
    nact: /^src\/actors\/runtime\/nact\.ts$/,
    nats: /^src\/bridge\/(bus-nats|nats-consumption|nats-message|nats-url)\.ts$/,
    'better-sqlite3': /^$/,
    fastify: /^src\/http\//,
    'prom-client': /^src\/signals\//,
    preact: /^src\/web\//,
    uplot: /^src\/web\//,
    '@mikro-orm/core': /^src\/persistence\//,
    '@mikro-orm/sqlite': /^src\/persistence\//,
    commander: /^src\/cli\//,
  };
  for (const [library, owner] of Object.entries(owners)) {
    it(`${library} is imported ${owner.source === '^$' ? 'nowhere' : 'only by its owner'}`, () => {
      const users = files.filter((file) => importsOf(file).includes(library));
      expect(users.filter((file) => !owner.test(file))).toEqual([]);
    });
  }
});

describe('time and chance come in through ports', () => {
  const sourcesOfTime = /\b(Date\.now|Math\.random|performance\.now|setTimeout|setInterval|setImmediate)\(/;
  // The launcher is read by a Node that cannot read the clock of the process.
  const adapters = [processClock, clientTimer, browserClock, 'src/cli/process.ts', 'src/cli/launch.js'];

  it('no other file reads the clock, sets a timer or rolls dice', () => {
    const wrong = files.filter(
      (file) => !adapters.includes(file) && sourcesOfTime.test(withoutComments(sources.get(file) ?? '')),
    );
    expect(wrong).toEqual([]);
  });

  it('the machines are pure: no promise, no I/O', () => {
    const machines = files.filter(
      (file) =>
        /^src\/(actors\/(contest|setup|round|participant|job)|agents\/generation)\//.test(file) &&
        !file.endsWith('service.ts'),
    );
    const wrong = machines.filter((file) =>
      /\b(await|async|Promise)\b|node:(fs|net|http|child_process)/.test(withoutComments(sources.get(file) ?? '')),
    );
    expect(wrong).toEqual([]);
  });
});

it('what is logged of an error is under `err`, the one name by which pino writes its message and its stack', () => {
  const calls = /\blog(?:s\('\w+'\))?(?:\.(?:debug|info|warn|error)|\[[^\]]+\])\(\s*\{([\s\S]*?)\},\s*['"`\w]/g;
  const elsewhere = /(?:^|,)\s*(?:error\b|(?!err:)\w+:\s*error\s*(?:,|$))/;
  const logged = files.flatMap((file) =>
    [...(sources.get(file) ?? '').matchAll(calls)].map(([, fields = '']) => ({ file, fields: fields.trim() })),
  );
  expect(logged.filter(({ fields }) => /\berr: error\b/.test(fields)).length).toBeGreaterThan(20);
  expect(logged.filter(({ fields }) => elsewhere.test(fields))).toEqual([]);
});

it('no module that test files share sets a hook when it is loaded, which it is once for many of them', () => {
  const shared = globSync('tests/**/*.ts', { cwd: project, exclude: ['**/*.test.ts'] });
  const wrong = shared.filter((file) => /^(before|after)(All|Each)\(/m.test(readFileSync(join(project, file), 'utf8')));
  expect(shared.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '');
}
