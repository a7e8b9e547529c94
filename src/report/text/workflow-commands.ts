/**
 * A line of a log that GitHub Actions does not take for a command, in either of the two forms that it knows: at the start
 * of a line behind spaces, and anywhere in it.
 */
export const inert = (line: string): string =>
  line.replace(/^\s*::/, (start) => `${start.slice(0, -1)} :`).replaceAll("##[", "## [");

/** The same for each of its lines. */
export const inertLines = (text: string): string => text.split("\n").map(inert).join("\n");

/** JSON that says the same, and has no command in it: two of these signs stand nowhere but inside of texts. */
export const inertJson = (json: string): string => json.replaceAll("##[", "##\\u005b");
