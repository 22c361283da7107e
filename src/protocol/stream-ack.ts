/** What JetStream says on the reply subject of a message that one of its streams has taken. */

const ackLengthMax = 200;

/** A stream that covers a request's subject acknowledges it where its answer goes: that is no answer. */
export function isStreamAck(body: string): boolean {
  if (body.length > ackLengthMax || !body.includes('"stream"') || !body.includes('"seq"')) return false;
  try {
    const ack = JSON.parse(body) as Record<string, unknown>;
    return typeof ack.stream === 'string' && typeof ack.seq === 'number' && !('state' in ack);
  } catch {
    return false;
  }
}
