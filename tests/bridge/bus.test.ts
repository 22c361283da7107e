import { afterAll, beforeAll } from 'vitest';
import { createLocalBus } from '../../src/bridge/bus-local.ts';
import { createNatsBus } from '../../src/bridge/bus-nats.ts';
import { memoryLog, realClock } from '../support/clock.ts';
import { type NatsServer, startNatsServer } from '../support/nats-server.ts';
import { describeBus } from './bus-contract.ts';

let server: NatsServer;

beforeAll(async () => {
  server = await startNatsServer();
});

afterAll(() => server.stop());

describeBus('the in-process bus', async () => {
  const log = memoryLog();
  return { bus: createLocalBus({ clock: realClock, log }), log, stop: async () => {} };
});

describeBus('the bus on a NATS server', async () => {
  const log = memoryLog();
  return { bus: createNatsBus({ url: server.url, clock: realClock, log }), log, stop: async () => {} };
});
