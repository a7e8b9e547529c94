import type { SeededRandom } from "../support/simulation/seeded-random.js";

const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/** Characters that are escaped in one format or another. */
const SPECIAL = ["", "", "&", '"', "<x>", "'", "\\", " ", "%", "+", "é", ",;"];

/** A secret nobody would write by chance, often with a character that formats escape. */
export function makeSecret(random: SeededRandom, name: string, special = SPECIAL): string {
  const letters = Array.from({ length: 14 }, () => random.pick([...ALPHABET])).join("");
  return `${name}${letters}${random.pick(special)}${random.pick([...ALPHABET])}9zQ`;
}

/** The forms in which a secret may stand in an output, in this file's own words: never those of the program. */
export function formsOf(secret: string): string[] {
  const xml = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
  const json = JSON.stringify(secret).slice(1, -1);
  const forms = [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams({ x: secret }).toString().slice(2),
    json,
    JSON.stringify(json).slice(1, -1),
    xml,
    xml.replaceAll("&#39;", "&apos;"),
    secret.replaceAll('"', '""'),
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(secret).toString("hex"),
  ];
  return [...new Set(forms)];
}

/** The first secret that a text shows, in words that do not show it; null: none. */
export function secretIn(text: string, secrets: Readonly<Record<string, string>>): string | null {
  for (const [name, secret] of Object.entries(secrets)) {
    const form = formsOf(secret).find((candidate) => text.includes(candidate));
    if (form !== undefined) return form === secret ? name : `${name}, in another form`;
  }
  return null;
}
