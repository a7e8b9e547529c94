import Table from "cli-table3";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const GAP = 2;
const MIN_WIDTH = 8;

const BARE = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ".repeat(GAP),
};

/** The table library's time grows with the square of the rows; a run may find a hundred thousand differences. */
const ROWS_AT_A_TIME = 20;

/** Lines of text in columns, no wider than `width`: what does not fit is wrapped inside its column, never cut. */
export function grid(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string {
  const lines = [columns.map(({ title }) => title), ...rows];
  const natural = columns.map((_, c) => lines.reduce((widest, line) => Math.max(widest, columnsOf(line[c]!)), 0));
  const words = columns.map((_, c) => lines.reduce((widest, line) => Math.max(widest, longestWord(line[c]!)), 0));
  const widths = width === null ? natural : fit(natural, words, width - GAP * (columns.length - 1));
  const parts: string[] = [];
  for (let at = 0; at < lines.length; at += ROWS_AT_A_TIME) {
    const table = new Table({
      chars: BARE,
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
      colWidths: widths,
      colAligns: columns.map(({ align }) => align ?? "left"),
      wordWrap: true,
      wrapOnWordBoundary: true,
    });
    lines.slice(at, at + ROWS_AT_A_TIME).forEach((line, i) => {
      table.push(line.map((text, c) => paint(breakable(text, widths[c]!), at + i - 1, c)));
    });
    parts.push(table.toString());
  }
  return parts
    .join("\n")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Lines of prose, no wider than `width`, each of its lines with `indent` in front. */
export function prose(paragraphs: readonly string[], width: number | null, indent = ""): string[] {
  const room = width === null ? null : width - indent.length;
  const [, ...lines] = grid(
    [{ title: "" }],
    paragraphs.map((paragraph) => [paragraph]),
    room,
  ).split("\n");
  return lines.map((line) => indent + line);
}

/** Takes from the widest column until the line fits: first from those that then break between words, then from any. */
function fit(natural: readonly number[], words: readonly number[], available: number): number[] {
  const widths = [...natural];
  const takeFrom = (room: (width: number, column: number) => number) => {
    for (let excess = sum(widths) - available; excess > 0; excess--) {
      const most = widths.map((width, c) => (room(width, c) > 0 ? width : 0));
      const widest = most.indexOf(Math.max(...most));
      if (most[widest] === 0) break;
      widths[widest]! -= 1;
    }
  };
  takeFrom((width, c) => width - Math.max(words[c]!, MIN_WIDTH));
  takeFrom((width) => width - MIN_WIDTH);
  return widths;
}

const longestWord = (text: string): number => Math.max(...text.split(" ").map(columnsOf));

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Marks of our own beyond the scripts of one column a character. */
const NARROW_MARKS = "…→“”";

/** Columns of a terminal that the text takes at most: too many leave a gap, too few would cut the text. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += char < "\u1100" || NARROW_MARKS.includes(char) ? 1 : 2;
  return columns;
}

/** Breaks words that are longer than their column; the table itself only wraps between words. */
function breakable(text: string, width: number): string {
  return text
    .split(" ")
    .flatMap((word) => pieces(word, width))
    .join(" ");
}

function pieces(word: string, width: number): string[] {
  if (columnsOf(word) <= width) return [word];
  const found: string[] = [];
  let piece = "";
  for (const char of word) {
    if (columnsOf(piece + char) > width) {
      const end = bestEnd(piece);
      found.push(piece.slice(0, end));
      piece = piece.slice(end);
    }
    piece += char;
  }
  return [...found, piece];
}

/** Behind the last sign between parts of a name or groups of digits, where that is not too far from the end. */
function bestEnd(piece: string): number {
  const end = Math.max(...["_", ",", "-", "."].map((sign) => piece.lastIndexOf(sign))) + 1;
  return end * 2 > piece.length ? end : piece.length;
}
