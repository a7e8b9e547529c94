/**
 * The forms in which a text may carry a secret, as sources of regular expressions (flags `gu`): as it is, encoded for a
 * URL, escaped for JSON, HTML, XML, CSV or Markdown, any mixture of these, and inside base64 or hex.
 */
export interface SecretForms {
  /** As it is, in base64 or in hex. */
  readonly plain: string;
  /** Whatever was made of its characters on the way. */
  readonly escaped: string;
  /** Its beginning in front of a mark that says "cut here", or its end after one. */
  readonly cut: string;
}

/** In a text without any of these, a secret can only be plain. */
export const MAY_BE_ESCAPED = /[%&\\+?]|""|''|[^ -~]/u;
const CUT = "(?:…|\\.\\.\\.)";
export const MAY_BE_CUT = new RegExp(CUT);

/** A shorter secret is hidden only where it is a word of its own: "test" is a part of "testnet". */
const SHORTEST_INSIDE_WORDS = 8;
/** Shorter pieces of base64 and hex would be found in innocent text. */
const SHORTEST_ENCODED = 8;
const URL_START = /^[a-z][a-z0-9+.-]*:\/\//i;
/** What is left of a secret at a cut. */
const SHORTEST_REST = 4;

export function formsOf(secret: string): SecretForms {
  // Whoever quotes foreign text in a message turns white space and control characters into one space.
  const characters = [...secret.replace(/[\s\p{C}]+/gu, " ").replace(/\\+/g, "\\")];
  const escaped = characters.map(anyFormOf);
  const encoded = [...base64Of(secret), hexOf(secret)]
    .filter((text) => text.length >= SHORTEST_ENCODED)
    .map((text) => [...text].map(anyFormOfEncoded));
  const [before, after] = borders(secret);
  const among = (characters: readonly string[]) => [
    `${before}${characters.join("")}${after}`,
    ...encoded.map((all) => all.join("")),
  ];
  return {
    plain: among(
      characters.map((character) =>
        character === " " ? " {1,8}" : character === "\\" ? anyFormOf(character) : anyCase(character),
      ),
    ).join("|"),
    escaped: among(escaped).join("|"),
    // A URL begins with what is no secret, and what is one in it is a secret of its own.
    cut: [
      ...(URL_START.test(secret) ? [] : cutFormsOf(escaped).map((form) => `${before}${form}${after}`)),
      ...encoded.flatMap(cutFormsOf),
    ].join("|"),
  };
}

/** What may not stand before and after it: for digits alone, whatever would make it a part of an amount. */
function borders(secret: string): readonly [string, string] {
  if (/^\d+$/.test(secret)) return ["(?<![\\p{L}\\p{N}_.,-])", "(?![\\p{L}\\p{N}_]|[.,]\\d)"];
  return secret.length < SHORTEST_INSIDE_WORDS ? ["(?<![\\p{L}\\p{N}_])", "(?![\\p{L}\\p{N}_])"] : ["", ""];
}

/** Its beginning before a cut, which may have gone through an escaped character, and its end after one. */
function cutFormsOf(characters: readonly string[]): readonly [string, string] {
  const rest = characters.slice(SHORTEST_REST).reduceRight((inner, character) => `(?:${character}${inner})?`, "");
  const halfCharacter = "(?:[%&\\\\][\\\\#%a-zA-Z0-9]{0,12}|\\p{Cs})?";
  const start = characters.slice(0, -SHORTEST_REST).reduce((inner, character) => `(?:${inner}${character})?`, "");
  return [
    `${characters.slice(0, SHORTEST_REST).join("")}${rest}${halfCharacter}(?="?${CUT})`,
    `(?<=${CUT} ?"?)${start}${characters.slice(-SHORTEST_REST).join("")}`,
  ];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" };
/** Encoding twice turns `%2F` into `%252F`, and `&lt;` into `&amp;lt;`. */
const PERCENT = "%(?:25){0,2}";
const AMPERSAND = "&(?:amp;){0,2}";
const SPACE = [
  "[\\s\\p{C}+]",
  `${PERCENT}[0-9a-fA-F]{2}`,
  `${AMPERSAND}#(?:\\d{1,7}|[xX][0-9a-fA-F]{1,6});`,
  "\\\\{1,8}(?:[nrtbfv0]|u00[0-9a-fA-F]{2}|x[0-9a-fA-F]{2})",
].join("|");

/** One character in any of its forms. Every repetition is limited: a foreign text must not make the search slow. */
function anyFormOf(character: string): string {
  if (character === " ") return `(?:${SPACE}){1,8}`;
  const code = character.codePointAt(0)!;
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const forms = [
    [...Buffer.from(character)].map((byte) => `${PERCENT}${hex(byte, 2)}`).join(""),
    units.map((unit) => `\\\\{1,8}u${hex(unit, 4)}`).join(""),
    `${AMPERSAND}#(?:0{0,4}${code}|[xX]0{0,4}${hex(code, 0)});`,
  ];
  const entity = ENTITIES[character];
  if (entity !== undefined) forms.push(`${AMPERSAND}${entity};`);
  if (character === '"' || character === "'") forms.push(`(?:\\\\{0,8}${character}){2}`);
  if (character === "\\") return `(?:${forms.join("|")}|\\\\){1,16}`;
  // What is not ASCII may have been read as Latin-1, or been replaced.
  if (code > 0x7e) forms.push(literal(Buffer.from(character).toString("latin1")), "\\?{1,2}");
  const quoted = /[a-z0-9]/i.test(character) ? "" : "\\\\{0,8}";
  return `(?:${forms.join("|")}|${quoted}${anyCase(character)})`;
}

/** The same for a character of base64 or hex; base64 has two that URLs write in their own way. */
function anyFormOfEncoded(character: string): string {
  if (character === "+") return `(?:[-+]|${PERCENT}2[bB]|\\\\{1,8}u002[bB]|&#(?:43|x2[bB]);)`;
  if (character === "/") return `(?:\\\\{0,8}\\/|_|${PERCENT}2[fF]|\\\\{1,8}u002[fF]|&#(?:47|x2[fF]);)`;
  return character;
}

/**
 * The characters of base64 that are the same wherever the secret stands in what was encoded: it may begin at any of three
 * places of a group, and those at its ends depend on its neighbours, too.
 */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]);
    return all.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6));
  });
}

const hexOf = (secret: string): string => Buffer.from(secret).toString("hex");

/** A number in hex, its letters in either case. */
const hex = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, "0")
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** Hosts are written in lower case, statuses in upper case. */
function anyCase(character: string): string {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  return lower === upper ? literal(character) : `(?:${[...new Set([character, lower, upper])].join("|")})`;
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
