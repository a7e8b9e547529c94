import { printable } from "./readable.js";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for XML and HTML, between tags and inside of attributes. Characters that XML forbids are shown by their code. */
export function escaped(text: string): string {
  const markup = printable(text).replace(/[&<>"']/g, (char) => ENTITIES[char]!);
  // In a log of GitHub Actions this would be a command.
  return markup.replaceAll("##[", "##&#91;");
}
