/** The replies that callers outside of a root wait for: one each, an answer or a refusal. When one may leave, `root.ts` knows. */
import type { Refusal } from '../../protocol/errors.ts';
import type { Json } from '../../protocol/json.ts';
import type { Envelope } from './mail.ts';
import type { Log } from './ports.ts';
import type { RootEdges } from './root-edges.ts';

export interface Replies {
  /** A command has come: its caller waits from now on, if it waits at all. */
  expect(envelope: Envelope): void;
  /** `'later'`: a later entry replies. */
  answer(envelope: Envelope, reply: Json | 'later' | undefined): void;
  reply(commandId: string, reply: Json): void;
  refuse(envelope: Envelope, refusal: Refusal): void;
  refuseAll(refusal: Refusal): void;
  isAnyAwaited(): boolean;
}

export function createReplies(root: string, edges: Pick<RootEdges, 'reply' | 'refuse'>, log: Log): Replies {
  const awaited = new Set<string>();

  function reply(commandId: string, told: Json): void {
    awaited.delete(commandId);
    edges.reply(commandId, told);
  }

  return {
    expect(envelope) {
      if (envelope.awaited) awaited.add(envelope.commandId);
    },
    answer(envelope, told) {
      if (envelope.awaited && told !== 'later') reply(envelope.commandId, told ?? null);
    },
    reply,
    refuse(envelope, refusal) {
      if (!envelope.awaited) {
        log.debug({ root, command: envelope.command.type, refusal: refusal.message }, 'a message was refused');
        return;
      }
      awaited.delete(envelope.commandId);
      edges.refuse(envelope.commandId, refusal);
    },
    refuseAll(refusal) {
      for (const commandId of awaited) edges.refuse(commandId, refusal);
      awaited.clear();
    },
    isAnyAwaited: () => awaited.size > 0,
  };
}
