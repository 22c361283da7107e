/** What comes in from the bus as a command to the arena: advancing a contest. Its own notices never come back, for it has no echo. */
import type { Contests } from '../actors/contests.ts';
import type { Log } from '../actors/runtime/ports.ts';
import { ArenaError } from '../protocol/errors.ts';
import { parseIncoming, subjects } from '../protocol/subjects.ts';
import type { BusConnection, BusMessage } from './bus.ts';

export function takeCommands({ bus, contests, log }: { bus: BusConnection; contests: Contests; log: Log }): void {
  bus.subscribe(subjects.contestAdvance.wildcard, (message) => {
    const parsed = parseIncoming(message.subject);
    if (parsed?.name !== 'contestAdvance') return;
    const { contest, state, job } = parsed.parameters;
    void advance(message, contest, state, job);
  });

  async function advance(message: BusMessage, contest: string, state: string, job: string): Promise<void> {
    const answer = await outcomeOf(contest, state, job);
    if (message.reply === null) return;
    try {
      bus.publish(message.reply, JSON.stringify({ job_id: job, ...answer }));
    } catch (error) {
      log.warn({ contest, state, job, err: error }, 'what became of a command could not be told');
    }
  }

  async function outcomeOf(contest: string, state: string, job: string): Promise<object> {
    try {
      const commandId = `advance/${contest}/${state}/${job}`;
      const document = await contests.act(contest, 'advance', { commandId, onlyIn: state });
      return { state: 'complete', data: { state: document.state } };
    } catch (error) {
      const isRefusal = error instanceof ArenaError && error.code !== 'internal';
      if (isRefusal)
        log.info({ contest, state, job, reason: error.message }, 'a command to advance a contest was refused');
      else log.error({ contest, state, job, err: error }, 'a command to advance a contest failed');
      return { state: 'fail', message: isRefusal ? error.message : 'the arena failed at this command' };
    }
  }
}
