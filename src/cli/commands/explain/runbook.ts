import { readFile } from "node:fs/promises";
import { packageFile } from "../../package-files.js";

/** The runbook ships with the program. */
const RUNBOOK = packageFile("docs/runbook.md");

/** The runbook's Markdown under a heading, up to the next one; null: there is no such heading, or no file. */
export async function runbookSection(heading: string): Promise<string | null> {
  const text = await readFile(RUNBOOK, "utf8").catch(() => null);
  if (text === null) return null;
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) return null;
  let isCode = false;
  const length = lines.slice(start + 1).findIndex((line) => {
    if (/^\s*```/.test(line)) isCode = !isCode;
    return !isCode && /^#+ /.test(line);
  });
  return lines
    .slice(start + 1, length < 0 ? undefined : start + 1 + length)
    .join("\n")
    .trim();
}

/**
 * The items of a section's list that are about one code: "- `rpc_…`, `chain_lost`: the node did not answer". If the
 * section is not such a list, all of it.
 */
export function partAbout(code: string, section: string): string {
  const items = section
    .split(/\n(?=- )/)
    .slice(1)
    .map(itemOf);
  const exact = items.filter(({ codes }) => codes.includes(code));
  const family = items.filter(({ codes }) =>
    codes.some((name) => name.endsWith("…") && code.startsWith(name.slice(0, -1))),
  );
  const found = exact.length > 0 ? exact : family;
  return found.length === 0 ? section : found.map(({ text }) => text).join("\n");
}

/** An item and the codes that it starts with. Unindented text after the list is not part of its last item. */
function itemOf(text: string): { readonly text: string; readonly codes: readonly string[] } {
  const [, head = ""] = /^- ((?:`[^`]+`(?:, )?)+)/.exec(text) ?? [];
  const codes = [...head.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  return { text: text.replace(/\n+(?=\S)[\s\S]*/, "").trimEnd(), codes };
}
