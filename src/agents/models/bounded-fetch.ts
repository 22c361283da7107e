/** A `fetch` that reads no more of a provider's reply than a limit: of whatever kind the reply is, its bytes end there. */

/** What an answer of a million characters takes when each token is sent as an event of its own, with room for what was thought before. */
const replyBytesMax = 64 * 1_048_576;

export class ReplyTooLarge extends Error {
  override readonly name = 'ReplyTooLarge';
  constructor(bytesMax: number) {
    super(`its reply is larger than ${bytesMax} bytes`);
  }
}

/** Reading on rejects with `ReplyTooLarge`, and the connection is closed. */
export function boundedFetch(fetch: typeof globalThis.fetch, bytesMax = replyBytesMax): typeof globalThis.fetch {
  return async (input, init) => {
    const { body, status, statusText, headers } = await fetch(input, init);
    let bytes = 0;
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > bytesMax) throw new ReplyTooLarge(bytesMax);
        controller.enqueue(chunk);
      },
    });
    return new Response(body?.pipeThrough(counted) ?? null, { status, statusText, headers: [...headers] });
  };
}
