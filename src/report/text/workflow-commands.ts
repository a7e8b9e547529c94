/**
 * A line of a log that GitHub Actions does not take for a command, in either of the two forms that it knows: at the start
 * of a line behind spaces, and anywhere in it.
 */
export const inert = (line: string): string =>
  inertInside(line.replace(/^\s*::/, (start) => `${start.slice(0, -1)} :`));

/** The same for a text that never begins a line. */
export const inertInside = (text: string): string => text.replaceAll("##[", "## [");

/** The same for each of its lines. */
export const inertLines = (text: string): string => text.split("\n").map(inert).join("\n");

/** Control characters, some of which terminals obey, and those that nobody sees. The line ends of JSON itself stay. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON that says the same with neither a command nor an unseen character in it: both are nowhere but inside of texts. */
export const inertJson = (json: string): string =>
  json
    .replaceAll("##[", "##\\u005b")
    .replace(UNSEEN, (character) =>
      Array.from({ length: character.length }, (_, index) => unitEscape(character.charCodeAt(index))).join(""),
    );

const unitEscape = (unit: number): string => `\\u${unit.toString(16).padStart(4, "0")}`;
