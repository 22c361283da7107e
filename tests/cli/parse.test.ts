/** The grammar of the command line: each line yields its invocation, or is refused as wrong usage. */
import { describe, expect, it } from 'vitest';
import { bundledGames } from '../../src/agents/games/games.ts';
import { parse } from '../../src/cli/parse.ts';

function read(line: string) {
  let out = '';
  let err = '';
  const options = {
    version: '1.2.3',
    writeOut: (text: string) => (out += text),
    writeErr: (text: string) => (err += text),
  };
  return { result: parse(line.split(' ').filter(Boolean), options), out, err };
}

describe('a command line', () => {
  it.each([
    ['serve', { command: 'serve', json: false }],
    ['serve --only arena', { command: 'serve', only: 'arena', json: false }],
    ['demo --once --seed 7 --speed 2.5', { command: 'demo', once: true, seed: 7, speed: 2.5, json: false }],
    ['rebuild', { command: 'rebuild', json: false }],
    ['arena list --ids', { command: 'model', model: 'arena', verb: 'list', filters: {}, ids: true, json: false }],
    [
      'contest list --filter state=complete --json',
      { command: 'model', model: 'contest', verb: 'list', filters: { state: 'complete' }, ids: false, json: true },
    ],
    ['agent show latest', { command: 'model', model: 'agent', verb: 'show', id: 'latest', json: false }],
    ['arena create a.json', { command: 'model', model: 'arena', verb: 'create', file: 'a.json', json: false }],
    [
      '--url http://a:1 contest step x y',
      { command: 'steering', verb: 'step', ids: ['x', 'y'], url: 'http://a:1', json: false },
    ],
    ['contest watch latest --json', { command: 'contest', verb: 'watch', id: 'latest', json: true }],
    [
      'contest prompt x judge_apply_effects y',
      {
        command: 'contest',
        verb: 'prompt',
        id: 'x',
        promptType: 'judge_apply_effects',
        participantId: 'y',
        json: false,
      },
    ],
    [
      'load games --players 3 --seed 5 --repeat 9 --start',
      { command: 'load', dir: 'games', players: 3, repeat: 9, seed: 5, start: true, json: false },
    ],
    ['top --json', { command: 'top', json: true }],
    ['listen arena.>', { command: 'listen', subject: 'arena.>', json: false }],
    [
      'agent run --model script:runner --id a-b-c',
      { command: 'agent_run', model: 'script:runner', id: 'a-b-c', json: false },
    ],
    [
      'agent run --openai http://127.0.0.1:11434/v1 --role judge --structured schema',
      {
        command: 'agent_run',
        openai: 'http://127.0.0.1:11434/v1',
        role: 'judge',
        structured: 'schema',
        json: false,
      },
    ],
    [
      'agent check a-b-c --role player judge --timeout 500',
      { command: 'agent_check', agent: 'a-b-c', roles: ['player', 'judge'], timeout: 500, json: false },
    ],
    [
      'agent check http://a.b --role all --key-env KEY',
      {
        command: 'agent_check',
        agent: 'http://a.b',
        roles: ['player', 'judge', 'announcer', 'arena'],
        keyEnv: 'KEY',
        timeout: 60_000,
        json: false,
      },
    ],
    [
      'agent replay latest --round 2 --seat Ann --to actor.agent.a-b-c --nats nats://h:1',
      {
        command: 'agent_replay',
        contest: 'latest',
        round: 2,
        seat: 'Ann',
        to: 'actor.agent.a-b-c',
        nats: 'nats://h:1',
        timeout: 60_000,
        json: false,
      },
    ],
    [
      'eval run latest --models a b --rounds 1 2',
      { command: 'eval', verb: 'run', contest: 'latest', models: ['a', 'b'], rounds: [1, 2], json: false },
    ],
    ['eval report latest', { command: 'eval', verb: 'report', run: 'latest', answers: false, json: false }],
  ])('"%s" is understood', (line, expected) => {
    expect(read(line).result).toEqual(expected);
  });

  it.each([
    '',
    'fly',
    'serve --only bus',
    'serve now',
    'demo --seed x',
    'demo --speed 0',
    'contest',
    'contest start',
    'contest prompt x sing',
    'arena show',
    'arena list --filter width',
    'load',
    'load games --players two',
    'load games --players 0',
    'load games --repeat 0',
    'agent run --id a-b-c',
    'agent run --model runner --id a-b-c',
    'agent run --openai http://a.b --model m',
    'agent run --openai http://a.b --id a-b-c --role judge',
    'agent check',
    'agent check a-b-c --role referee',
    'agent check a-b-c --nats http://a.b',
    'agent replay latest --round x --seat Ann',
    'agent replay latest --round 1',
    'agent replay latest --round 1 --seat Ann --attempt 0',
    'eval run latest',
    'eval run latest --models a --prompts sing',
    '--url nowhere contest list',
    '--colour red demo',
  ])('"%s" is wrong usage, and says so on standard error', (line) => {
    const { result, out, err } = read(line);
    expect(result).toEqual({ command: null, status: 2 });
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  it('says in the help of every command what goes with all of them, in lines that a terminal does not break', () => {
    const { out } = read('contest --help');
    expect(out).toMatch(/--url <url> [\s\S]*--json /);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('names the bundled games in the help', () => {
    for (const { name } of bundledGames) expect(read('demo --help').out).toContain(name);
  });

  it('does not say in the help that a switch is off unless it is given', () => {
    const { out } = read('contest fork --help');
    expect(out).toContain('--participant');
    expect(out).not.toMatch(/default: (?!the configured)/);
    expect(read('load --help').out).toContain('(default: 2)');
  });

  it.each([
    ['--help', 'Usage: arena'],
    ['contest --help', 'Usage: arena contest'],
    ['--version', '1.2.3'],
  ])('"%s" prints and is done', (line, text) => {
    const { result, out } = read(line);
    expect(result).toEqual({ command: null, status: 0 });
    expect(out).toContain(text);
  });
});
