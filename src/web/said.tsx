/**
 * What others wrote, in a line with the panel's own words: in the direction of its own letters, and without the characters by which it
 * would turn around what stands behind it. (Those that close more than was opened leave a `bdi`, too.)
 */
import { withoutTurning } from '../protocol/writing-direction.ts';

export function Said({ text }: { text: string }) {
  return <bdi>{withoutTurning(text)}</bdi>;
}
