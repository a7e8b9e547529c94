/**
 * Markdown as text for a terminal: paragraphs and lists wrapped to `width` columns, code blocks unchanged, links as
 * their words. Enough for this project's documents.
 */
export function plainMarkdown(markdown: string, width: number): string {
  const blocks: string[] = [];
  const lines = markdown.split("\n");
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!;
    const fence = /^(\s*)```/.exec(line);
    if (line.trim() === "") {
      at += 1;
    } else if (fence !== null) {
      const end = lines.findIndex((other, index) => index > at && /^\s*```\s*$/.test(other));
      const body = lines.slice(at + 1, end < 0 ? undefined : end);
      blocks.push(body.map((code) => `    ${code.slice(fence[1]!.length)}`.trimEnd()).join("\n"));
      at = end < 0 ? lines.length : end + 1;
    } else {
      let end = at + 1;
      while (end < lines.length && !startsBlock(lines[end]!)) end += 1;
      blocks.push(paragraph(lines.slice(at, end), width));
      at = end;
    }
  }
  return joined(blocks);
}

const ITEM = /^(\s*)([-*]|\d+\.) +/;

const startsBlock = (line: string): boolean => line.trim() === "" || /^\s*```/.test(line) || ITEM.test(line);

function paragraph(lines: readonly string[], width: number): string {
  const [first = ""] = lines;
  const item = ITEM.exec(first);
  const indent = item === null ? /^\s*/.exec(first)![0] : item[1]!;
  const mark = item === null ? "" : `${item[2]} `;
  const text = [first.slice(item?.[0].length ?? 0), ...lines.slice(1)].map((line) => line.trim()).join(" ");
  return wrap(inline(text), width, `${indent}${mark}`, `${indent}${" ".repeat(mark.length)}`);
}

/** Replaces a link by its words, followed by the document's name if it is another document. */
function inline(text: string): string {
  return text
    .replace(/\[([^\]]+)\]\(([^)#]*)(?:#[^)]*)?\)/g, (_all, words: string, target: string) =>
      target === "" || /^https?:/.test(target) ? words : `${words} (docs/${target})`,
    )
    .replace(/\*\*([^*]+)\*\*/g, "$1");
}

/** Puts no empty line between the items of a list. */
function joined(blocks: readonly string[]): string {
  return blocks.reduce((text, block, at) => {
    if (at === 0) return block;
    const isNextItem = ITEM.test(block) && ITEM.test(blocks[at - 1]!);
    return `${text}${isNextItem ? "\n" : "\n\n"}${block}`;
  }, "");
}

/** Wraps to `width` columns; only a longer word exceeds them. */
export function wrap(text: string, width: number, first = "", next = first): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(" ")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}
