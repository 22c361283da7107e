/** One text for all JSON values that mean the same, for what is hashed or compared. */
import canonicalize from 'canonicalize';

/** RFC 8785. It has no form for half a surrogate pair, which an agent may well have sent: that stands there as its JSON escape. */
export function canonicalText(value: unknown): string {
  try {
    return canonicalize(value) ?? '';
  } catch {
    return canonicalize(JSON.parse(JSON.stringify(value), (_key, one) => wellFormed(one))) ?? '';
  }
}

function wellFormed(value: unknown): unknown {
  return typeof value === 'string' && !value.isWellFormed() ? JSON.stringify(value) : value;
}
