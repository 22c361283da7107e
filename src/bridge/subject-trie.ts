/**
 * Finds the values whose pattern matches a subject, by NATS's rules, in time that depends on the number of tokens and not on
 * the number of patterns. Knows nothing of connections or delivery.
 */

export interface SubjectTrie<T> {
  add(pattern: string, value: T): void;
  /** Removes what was added with the same pattern; branches that are left empty go with it. */
  remove(pattern: string, value: T): void;
  /** All values that match, in no particular order. */
  match(subject: string): T[];
  /** How many nodes are held, the root included. */
  size(): number;
}

interface Node<T> {
  /** Children by literal token, and below `*` the one for any token. */
  readonly children: Map<string, Node<T>>;
  readonly values: Set<T>;
  /** Values of patterns that end here with `>`: one or more tokens follow. */
  readonly rest: Set<T>;
}

export function createSubjectTrie<T>(): SubjectTrie<T> {
  const root = emptyNode<T>();
  let nodes = 1;

  function add(pattern: string, value: T): void {
    let node = root;
    for (const token of pattern.split('.')) {
      if (token === '>') {
        node.rest.add(value);
        return;
      }
      let child = node.children.get(token);
      if (!child) {
        child = emptyNode<T>();
        node.children.set(token, child);
        nodes += 1;
      }
      node = child;
    }
    node.values.add(value);
  }

  function remove(pattern: string, value: T): void {
    removeBelow(root, pattern.split('.'), 0, value);
  }

  function removeBelow(node: Node<T>, tokens: readonly string[], depth: number, value: T): void {
    const token = tokens[depth];
    if (token === undefined) {
      node.values.delete(value);
    } else if (token === '>') {
      node.rest.delete(value);
    } else {
      const child = node.children.get(token);
      if (!child) return;
      removeBelow(child, tokens, depth + 1, value);
      if (child.children.size + child.values.size + child.rest.size > 0) return;
      node.children.delete(token);
      nodes -= 1;
    }
  }

  function match(subject: string): T[] {
    const found: T[] = [];
    matchBelow(root, subject.split('.'), 0, found);
    return found;
  }

  return { add, remove, match, size: () => nodes };
}

function matchBelow<T>(node: Node<T>, tokens: readonly string[], depth: number, found: T[]): void {
  const token = tokens[depth];
  if (token === undefined) {
    for (const value of node.values) found.push(value);
    return;
  }
  for (const value of node.rest) found.push(value);
  const literal = node.children.get(token);
  if (literal) matchBelow(literal, tokens, depth + 1, found);
  const any = node.children.get('*');
  if (any) matchBelow(any, tokens, depth + 1, found);
}

function emptyNode<T>(): Node<T> {
  return { children: new Map(), values: new Set(), rest: new Set() };
}
