/** Names operations for programs that are generated from the document: `getContestById`, `postContestStart`, `getJobMarkdown`. */

/** Unique for each method and path, as a test holds: parameters count only at the end, where they tell one from a list. */
export function operationId(method: string, path: string): string {
  const parts = path
    .replace(/^\/api\//, '/')
    .replace(/\.md$/, '/markdown')
    .split('/')
    .filter((part) => part !== '');
  const words = parts.flatMap((part, index) => {
    if (!part.startsWith(':')) return [part];
    return index === parts.length - 1 ? ['by', part.slice(1)] : [];
  });
  return (
    method.toLowerCase() +
    words
      .flatMap((word) => word.split('_'))
      .map(capitalized)
      .join('')
  );
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
