/** More than any value that a person reads, and little enough for every format to draw. */
const MOST_CHARACTERS = 2_000;

/**
 * The one place that cuts what databases, nodes and files say: a value may be of any size, and a report must not be. The
 * text says that it was cut, and how long it was.
 */
export function cut(text: string, most = MOST_CHARACTERS): string {
  if (text.length <= most) return text;
  // Not in the middle of a character that takes two places.
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)}… (${grouped(text.length)} characters, cut)`;
}

/** What stands for the items of a list that are not shown. */
export const cutItems = (count: number): string => `… (${grouped(count)} more, cut)`;

/** The same object where no text in it is too long; else one in which the long ones are cut. */
export function withTextsCut<T extends object>(value: T): T {
  if (!Object.values(value).some((text) => typeof text === "string" && text.length > MOST_CHARACTERS)) return value;
  const entries = Object.entries(value).map(([key, text]) => [key, typeof text === "string" ? cut(text) : text]);
  return Object.fromEntries(entries) as T;
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
