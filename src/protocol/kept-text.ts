/** Which text can be kept: a statement for SQLite ends at a NUL, and so would the text in it. */

export function hasNul(text: string): boolean {
  return text.includes('\u0000');
}
