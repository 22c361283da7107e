/** The characters that turn the direction of writing: in the middle of a line they turn around what others have written behind them. */

const turning = /[\u202a-\u202e\u2066-\u2069]/gu;

export function turnsDirection(text: string): boolean {
  return text.search(turning) !== -1;
}

export function withoutTurning(text: string, instead = ''): string {
  return text.replace(turning, instead);
}

/** JSON with each of them as an escape: it means the same, and they are seen. */
export function withTurningEscaped(json: string): string {
  return json.replace(turning, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
}
