/**
 * What the outside has seen of a simulated arena, judged against what is on disk: nothing before it is committed, nothing that a seat may
 * not see, nothing asked again that is answered.
 */
import { hash } from 'node:crypto';

import { addressOf, rootOf } from '../../src/actors/address.ts';
import type { JobEvent, Outbound } from '../../src/actors/job/state.ts';
import type { Address } from '../../src/actors/runtime/machine.ts';
import type { GenerationEvent } from '../../src/agents/generation/state.ts';
import type { AgentRequest } from '../../src/protocol/messages.ts';
import { marks } from './agents.ts';
import { arenaId } from './arena-process.ts';
import { generationKeyOf, keyOfGeneration } from './generation-key.ts';
import { agentsHost } from './hosts.ts';
import type { Ledger } from './ledger.ts';
import type { Arrival } from './network.ts';
import type { Reply } from './users.ts';

export interface Sightings {
  sent(outbound: Outbound, address: Address, ownedUntil: number): void;
  asked(request: AgentRequest, body: string): void;
  modelAsked(request: AgentRequest, ownedUntil: number): void;
  arrived(message: Arrival): void;
  replied(reply: Reply): void;
  /** Judges what was seen since the last time; the ledger has been read as far as the journal goes. */
  judge(): void;
  /** Ids of all notices that have reached the bus. */
  readonly notices: ReadonlySet<string>;
  /** Ids of jobs whose message has reached the bus. */
  readonly messages: ReadonlySet<string>;
}

type Call = Extract<Outbound, { kind: 'call' }>;

const dataMember = ',"data":';
const endings: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled']);

/** Something that was seen when the journal had come to an offset. */
interface Seen {
  readonly offset: number;
  judge(): void;
}

export function createSightings(options: {
  ledger: Ledger;
  lastOffset: () => number;
  broken: (what: string) => void;
}): Sightings {
  const { ledger, lastOffset, broken } = options;
  const notices = new Set<string>();
  const messages = new Set<string>();
  const said = new Map<string, string>();
  const addresses = new Map<string, Address>();
  const texts = new Map<string, string>();
  let seen: Seen[] = [];

  /**
   * The entry that asked for an attempt was on disk, and whether it was answered. A process that another has taken over from cannot know
   * of more than there was until then.
   */
  function judgeSent(outbound: Call, address: Address, offset: number, ownedUntil: number): void {
    const events = (ledger.roots.get(rootOf(address))?.entries ?? [])
      .filter((entry) => entry.stream === address && entry.offset <= offset)
      .flatMap((entry) => entry.events.map((event) => ({ event, offset: entry.offset })));
    const isOf = (event: object) => 'attempt' in event && event.attempt === outbound.attempt;
    const asked = events.findLastIndex(({ event }) => event.type === 'requested' && isOf(event));
    if (asked === -1) broken(`attempt ${outbound.attempt} of ${address} was sent before it was on disk`);
    // What is paid after a restart is sent without a deadline: by then everything that was answered is known.
    const isOver = events.slice(asked).some(({ event, offset: at }) => endings.has(event.type) && at <= ownedUntil);
    if (outbound.deadline === null && isOver)
      broken(`attempt ${outbound.attempt} of ${address} was asked again, though it is over`);
  }

  /** What an agent was sent hashes to what is on record for this attempt. */
  function judgeText(request: AgentRequest, body: string, offset: number): void {
    const { job_id: job, attempt, command } = request;
    const address = addresses.get(job) ?? '';
    const records = (ledger.roots.get(rootOf(address))?.entries ?? [])
      .filter((entry) => entry.stream === address && entry.offset <= offset)
      .flatMap(({ events }) => events as unknown as readonly JobEvent[])
      .filter((event) => event.type === 'requested' && event.attempt === attempt);
    const digest = hash('sha256', body.slice(body.indexOf(dataMember) + dataMember.length, -1), 'hex');
    const isOnRecord = records.some((event) => event.type === 'requested' && event.view?.hash === digest);
    if (command !== 'health' && !isOnRecord)
      broken(`attempt ${attempt} of ${job} was sent with a text that is not on record`);
  }

  function judgeAsked(request: AgentRequest, body: string): void {
    const key = `${request.job_id} attempt ${request.attempt}`;
    const words = JSON.stringify([request.message, request.data]);
    if ((said.get(key) ?? words) !== words) broken(`${key} was sent in other words than before`);
    said.set(key, words);
    const offset = lastOffset();
    seen.push({ offset, judge: () => judgeText(request, body, offset) });
    const { participant_id: seat } = request;
    const isJudge = seat.startsWith('the-judge');
    const isPlayer = seat.includes('-player-');
    const others = new Set(body.match(/(?:memory-of|goods-of|notes-of)-[a-z-]+\./g));
    for (const mark of others) {
      const isOwn = mark === marks.memory(seat) || mark === marks.goods(seat) || mark === marks.notes(seat);
      const isAllowed = isOwn || isJudge || (mark.startsWith('goods-of') && !isPlayer);
      if (!isAllowed) broken(`${seat} was shown ${mark} (${request.command})`);
    }
    if (body.includes('channel://') || body.includes(agentsHost)) broken(`${seat} was shown an endpoint`);
  }

  /** A call to the model is on disk before it is made, and is not made again once it is answered. */
  function judgeModelAsked(request: AgentRequest, offset: number, ownedUntil: number): void {
    const wanted = generationKeyOf(request);
    const events = [...ledger.roots.values()]
      .filter(({ entries }) => keyOfGeneration(entries[0]) === wanted)
      .flatMap(({ entries }) => entries.filter((entry) => entry.offset <= offset))
      .flatMap(({ events, offset: at }) =>
        (events as readonly unknown[] as readonly GenerationEvent[]).map((event) => ({ event, offset: at })),
      );
    const tries = events.flatMap(({ event }) => (event.type === 'asked' ? [event.try] : []));
    const newest = tries.at(-1);
    if (newest === undefined) return broken(`the model was asked for ${wanted} before it was on disk`);
    const isAnswered = events.some(
      ({ event, offset: at }) => event.type === 'answered' && event.try === newest && at <= ownedUntil,
    );
    if (isAnswered) broken(`the model was asked again for ${wanted}, though it had answered`);
  }

  return {
    notices,
    messages,
    sent(outbound, address, ownedUntil) {
      const offset = lastOffset();
      addresses.set(outbound.job_id, address);
      if (outbound.kind === 'call')
        seen.push({ offset, judge: () => judgeSent(outbound, address, offset, ownedUntil) });
    },
    asked: judgeAsked,
    modelAsked(request, ownedUntil) {
      const offset = lastOffset();
      seen.push({ offset, judge: () => judgeModelAsked(request, offset, ownedUntil) });
    },
    arrived({ subject, text, headers }) {
      const offset = lastOffset();
      const id = headers['Nats-Msg-Id'];
      if (id === undefined) return;
      if (!id.startsWith(`${arenaId}.`)) return void messages.add(id);
      notices.add(id);
      if ((texts.get(id) ?? `${subject} ${text}`) !== `${subject} ${text}`)
        broken(`the notice ${id} was told otherwise`);
      texts.set(id, `${subject} ${text}`);
      const [root = '', position = ''] = id.slice(arenaId.length + 1).split('.');
      seen.push({
        offset,
        judge() {
          if (ledger.positionAt(root, offset) < Number(position))
            broken(`the notice ${id} was told before it was on disk`);
        },
      });
    },
    replied({ contest, position }) {
      const offset = lastOffset();
      seen.push({
        offset,
        judge() {
          if (ledger.positionAt(addressOf.contest(contest), offset) < position)
            broken(`contest ${contest} was shown at ${position} before that was on disk`);
        },
      });
    },
    judge() {
      const judged = seen;
      seen = [];
      for (const one of judged) one.judge();
    },
  };
}
