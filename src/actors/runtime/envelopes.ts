/** Commands from outside a root, made ready to travel: each with an id, the caller's own or one that no other process has. */
import { randomId } from '../../protocol/ids.ts';
import type { Command } from './machine.ts';
import type { Envelope } from './mail.ts';

export interface SendOptions {
  /** The caller's own id of the command: the same id is carried out once and answered alike, also after a restart. */
  commandId?: string;
  causedBy?: string | null;
}

export type EnvelopeOf = (command: Command, sent: SendOptions, awaited?: boolean) => Envelope;

export function createEnvelopes(): EnvelopeOf {
  const processId = randomId();
  let commandNumber = 0;
  return (command, sent, awaited = false) => {
    commandNumber += 1;
    return {
      commandId: sent.commandId ?? `${processId}.${commandNumber}`,
      causedBy: sent.causedBy ?? null,
      command,
      fromOutside: true,
      awaited,
      keepReply: awaited && sent.commandId !== undefined,
    };
  };
}
