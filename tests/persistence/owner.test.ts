/** One owner of a database, with real processes: who holds it, who waits, who takes over, and who finds out too late. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/persistence/database/database.ts';
import { append, entry } from './entries.ts';
import { newDatabaseUrl, opened } from './making.ts';
import { keptLog, realClock } from './real-clock.ts';

const script = fileURLToPath(new URL('./owner-process.ts', import.meta.url));

/** A process with the lines that it says, in order. */
function started(url: string, options: { leaseMs?: number; wait?: boolean } = {}) {
  const args = [script, url, String(options.leaseMs ?? 10_000), String(options.wait ?? false)];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  if (!child.stdout) throw new Error('the process has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    exited,
    next: async () => String((await lines.next()).value),
    tell: (line: string) => child.stdin?.write(`${line}\n`),
  };
}

describe('the owner of a database', () => {
  it('keeps a second process out, which says who holds it', async () => {
    const url = newDatabaseUrl();
    const first = started(url);
    expect(await first.next()).toBe('owns 1');
    const second = started(url);
    expect(await second.next()).toMatch(
      new RegExp(`^failed the database .*arena\\.db is held by process ${first.child.pid} on .* \\(lease until`),
    );
    first.tell('append');
    expect(await first.next()).toBe('appended 1');
  });

  it('lets a process that waits go on when it closes', async () => {
    const url = newDatabaseUrl();
    const first = started(url);
    await first.next();
    const second = started(url, { wait: true });
    expect(await second.next()).toMatch(`waiting the database`);
    first.tell('close');
    expect(await first.next()).toBe('closed');
    expect(await second.next()).toBe('owns 2');
  });

  it('is followed at once when it was killed, long before its lease runs out', async () => {
    const url = newDatabaseUrl();
    const first = started(url, { leaseMs: 86_400_000 });
    await first.next();
    first.tell('append');
    expect(await first.next()).toBe('appended 1');
    first.child.kill('SIGKILL');
    await first.exited;
    const second = started(url);
    expect(await second.next()).toBe('owns 2');
    second.tell('append');
    expect(await second.next()).toBe('appended 2');
  });

  it('that was stopped past its lease finds itself replaced, writes nothing and says so', async () => {
    const url = newDatabaseUrl();
    const first = started(url, { leaseMs: 600 });
    await first.next();
    const second = started(url, { leaseMs: 600, wait: true });
    expect(await second.next()).toMatch('waiting');
    first.child.kill('SIGSTOP');
    expect(await second.next()).toBe('owns 2');
    first.tell('append');
    first.child.kill('SIGCONT');
    const said = [await first.next(), await first.next()];
    expect(said).toContain('lost');
    expect(said).toContainEqual(expect.stringMatching(/^refused another process has taken over/));
    second.tell('append');
    expect(await second.next()).toBe('appended 1');
  });

  it('goes on when it was stopped past its lease and nobody came', async () => {
    const url = newDatabaseUrl();
    const first = started(url, { leaseMs: 300 });
    await first.next();
    first.child.kill('SIGSTOP');
    await new Promise<void>((resolve) => realClock.after(500, resolve));
    first.child.kill('SIGCONT');
    first.tell('append');
    expect(await first.next()).toBe('appended 1');
  });

  it('can be asked for while it writes, without waiting for its lock', async () => {
    const url = newDatabaseUrl();
    const holder = await opened({ url });
    holder.database.native.exec('begin immediate');
    await expect(opened({ url })).rejects.toThrow(/is held by process/);
    holder.database.native.exec('rollback');
  });

  it('is told apart from an earlier process with the same process id', async () => {
    const url = newDatabaseUrl();
    const earlier = await opened({ url });
    earlier.database.native.exec('update owner set process_started_at = process_started_at - 1');
    const later = await opened({ url, leaseMs: 60_000 });
    expect(later.owner.epoch).toBe(2);
    await expect(append(earlier.journal, 'r', [entry('r', 1)])).rejects.toThrow(/taken over/);
    await expect(earlier.catalogue.create('strategy', strategy)).rejects.toThrow(/taken over/);
    await later.catalogue.create('strategy', strategy);
  });

  it('writes its epoch into every entry', async () => {
    const url = newDatabaseUrl();
    for (const position of [1, 2]) {
      const { journal, close } = await opened({ url });
      await append(journal, 'r', [entry('r', position)]);
      await close();
    }
    const database = await openDatabase({ url, log: keptLog() });
    onTestFinished(() => database.close());
    expect(database.native.prepare('select epoch from entry order by root_seq').all()).toEqual([
      { epoch: 1 },
      { epoch: 2 },
    ]);
  });
});

const strategy = { name: 'bold', role: 'player', prompts: [] };
