import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();

/** Whether two texts are the same; takes as long whatever they have in common. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/** Whether the text is one of the list; every entry is compared, wherever the match stands. */
export function isOneOf(text: string, list: Iterable<string>): boolean {
  let found = false;
  for (const entry of list) if (sameText(text, entry)) found = true;
  return found;
}

/** The value under the key, or the fallback; every key is compared, wherever the match stands. */
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
