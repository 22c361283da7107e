/**
 * `X-Arena-Signature: t=<ms>,v1=<hex HMAC-SHA256 of "<t>.<body>">`: how requests to HTTP endpoints are signed with the participant's key,
 * and how whoever serves such an endpoint sees that one is genuine and fresh.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'x-arena-signature';

/** A request that was signed longer ago, or further ahead, is refused: clocks differ, and nobody shall send it again much later. */
const toleranceMs = 300_000;

export function arenaSignature(apiKey: string, atMs: number, body: string): string {
  return `t=${atMs},v1=${digestOf(apiKey, atMs, body)}`;
}

/** Why a request does not come from whoever has the key, or null when it does. */
export function signatureProblem(
  signature: string | undefined,
  request: { apiKey: string; body: string; now: number },
): string | null {
  const [, time, digest] = /^t=(\d{1,16}),v1=([0-9a-f]{64})$/.exec(signature ?? '') ?? [];
  if (time === undefined || digest === undefined)
    return signature ? 'the signature is not one' : 'there is no signature';
  const expected = digestOf(request.apiKey, Number(time), request.body);
  if (!timingSafeEqual(Buffer.from(digest), Buffer.from(expected))) return 'the signature is of another key or body';
  if (Math.abs(request.now - Number(time)) > toleranceMs) return 'the signature is not of these minutes';
  return null;
}

function digestOf(apiKey: string, atMs: number, body: string): string {
  return createHmac('sha256', apiKey).update(`${atMs}.${body}`).digest('hex');
}
