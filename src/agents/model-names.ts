/** What can be written as a model's name and is none: an agent of the program's own, or a text to be answered with. */

export const scriptPrefix = 'script:';
export const testPrefix = 'TEST:';

/** The name of an agent of the program's own (`script:<name>`), or null. */
export function scriptNamed(model: string): string | null {
  return model.startsWith(scriptPrefix) ? model.slice(scriptPrefix.length) : null;
}

/** The text that everything is answered with (`TEST:<text>`), or null. */
export function fixedTextOf(model: string): string | null {
  return model.startsWith(testPrefix) ? model.slice(testPrefix.length) : null;
}
