import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();

/** Compares two texts in constant time. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether the list contains the text. Compares every entry, so that timing does not reveal the match. */
export function isOneOf(text: string, list: Iterable<string>): boolean {
  let found = false;
  for (const entry of list) if (sameText(text, entry)) found = true;
  return found;
}

/** The value under the key, or the fallback. Compares every key, as `isOneOf` does. */
export function lookUp(key: string, map: ReadonlyMap<string, string>, fallback: string) {
  let value = fallback;
  let found = false;
  for (const [known, candidate] of map) {
    if (!sameText(key, known)) continue;
    value = candidate;
    found = true;
  }
  return { value, found };
}
