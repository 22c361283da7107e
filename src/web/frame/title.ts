/** What the page is called in tabs, in the history, and by those who read it out: what is shown, then the panel. */
export function titleOf(...shown: readonly string[]): string {
  return [...shown, 'Agent Arena'].join(' · ');
}
