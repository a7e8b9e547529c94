import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export const ROOT = process.cwd();

export interface Block {
  /** Path of the document, from the root. */
  readonly document: string;
  /** Line of the opening fence. */
  readonly line: number;
  /** The first word after the fence, which editors go by, and the rest: what the block is to the tests. */
  readonly language: string;
  readonly role: string;
  readonly text: string;
}

export interface Document {
  /** From the root. */
  readonly path: string;
  readonly text: string;
  /** Without fenced blocks. */
  readonly prose: string;
  readonly headings: readonly string[];
  readonly blocks: readonly Block[];
}

/** README, CHANGELOG and everything under docs/. */
export const documents: readonly Document[] = [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`)
    .sort(),
].map(readDocument);

export const blocks: readonly Block[] = documents.flatMap((document) => document.blocks);

export function documentOf(path: string): Document {
  const found = documents.find((document) => document.path === path);
  if (found === undefined) throw new Error(`there is no document ${path}`);
  return found;
}

export function blocksOf(language: string, role?: string): Block[] {
  return blocks.filter((block) => block.language === language && (role === undefined || block.role === role));
}

export const placeOf = ({ document, line }: Block): string => `${document}:${line}`;

function readDocument(path: string): Document {
  const text = readFileSync(join(ROOT, path), "utf8");
  const found: Block[] = [];
  const prose: string[] = [];
  let open: { indent: string; info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^(\s*)```(.*)$/.exec(line);
    if (open === null && fence !== null) {
      open = { indent: fence[1]!, info: fence[2]!.trim(), line: index + 1, lines: [] };
    } else if (open !== null && fence !== null) {
      const [language = "", ...role] = open.info.split(" ");
      found.push({ document: path, line: open.line, language, role: role.join(" "), text: open.lines.join("\n") });
      open = null;
    } else if (open !== null) {
      // A block inside a list is indented as the list is.
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line.trimStart());
    } else {
      prose.push(line);
    }
  }
  if (open !== null) throw new Error(`${path}:${open.line}: the block is not closed`);
  const headings = prose.flatMap((line) => /^#{1,6} (.+)$/.exec(line)?.[1] ?? []);
  return { path: relative(ROOT, join(ROOT, path)), text, prose: prose.join("\n"), headings, blocks: found };
}

/** The anchor that GitHub makes of a heading. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

/** The cells of every table row under a heading, up to the next heading of any level. */
export function tableRows({ text }: Document, heading: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start < 0) throw new Error(`there is no heading ${heading}`);
  const end = lines.findIndex((line, index) => index > start && /^#+ /.test(line));
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

/** The code spans of a cell: `a`, `b`. */
export const codeSpans = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
