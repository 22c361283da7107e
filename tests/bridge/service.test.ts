/** The arena as the tools of NATS find it: asked by the services API of the client, on a real nats-server. */
import { connect, RequestStrategy } from 'nats';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startApp } from '../app/running-app.ts';
import { startNatsServer } from '../support/nats-server.ts';

async function stage() {
  const nats = await startNatsServer();
  const app = await startApp({ env: { ARENA_NATS_URL: nats.url, ARENA_PUBLIC_URL: 'http://arena.example' } });
  const client = await connect({ servers: nats.url });
  onTestFinished(async () => {
    await client.close();
    await app.close();
    await nats.stop();
  });
  // One answer is all there is: nothing has to be waited for.
  const services = client.services.client({ strategy: RequestStrategy.Count, maxMessages: 1, maxWait: 10_000 });
  return { app, client, services };
}

async function first<T>(answers: Promise<AsyncIterable<T>>): Promise<T> {
  for await (const answer of await answers) return answer;
  throw new Error('no service has answered');
}

describe('the arena on the bus', () => {
  it('is found by any of the ways to ask, with its id and version', async () => {
    const { services } = await stage();
    const found = await first(services.ping());
    expect(found).toMatchObject({ name: 'agent-arena', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(found).toMatchObject({ type: 'io.nats.micro.v1.ping_response', metadata: { url: 'http://arena.example' } });
    expect(await first(services.ping('agent-arena'))).toEqual(found);
    expect(await first(services.ping('agent-arena', found.id))).toEqual(found);
    const { id, version } = found;
    for (const [name, one] of [[], ['agent-arena'], ['agent-arena', id]])
      expect(await first(services.stats(name, one))).toMatchObject({
        type: 'io.nats.micro.v1.stats_response',
        name: 'agent-arena',
        id,
        version,
        started: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
    expect(await first(services.info())).toEqual(await first(services.info('agent-arena')));
    expect(await first(services.info('agent-arena', found.id))).toMatchObject({
      id: found.id,
      type: 'io.nats.micro.v1.info_response',
      metadata: { url: 'http://arena.example' },
      endpoints: [
        { name: 'advance', subject: 'arena.contest.*.contestflow.*.*' },
        { name: 'job', subject: 'arena.request.job' },
      ],
    });
  });

  it('says how many commands it has taken, and why the last one was refused', async () => {
    const { client, services } = await stage();
    const statsOf = async (name: string) =>
      (await first(services.stats('agent-arena'))).endpoints?.find((one) => one.name === name);
    expect(await statsOf('job')).toMatchObject({ num_requests: 0, num_errors: 0, average_processing_time: 0 });
    await client.request('arena.request.job', JSON.stringify({ method: 'FINAL' }), { timeout: 10_000 });
    await client.request('arena.request.job', 'what?', { timeout: 10_000 });
    expect(await statsOf('job')).toMatchObject({
      num_requests: 2,
      num_errors: 1,
      last_error: expect.stringContaining('The body is not JSON: line 1, column 1'),
      processing_time: expect.any(Number),
    });
    expect(await statsOf('advance')).toMatchObject({ num_requests: 0 });
  });
});
