import type { ChalkInstance } from "chalk";
import Table from "cli-table3";
import { cut } from "../../core/values/cut.js";

/** Text in a column, in a style of its own or in none. */
export type Cell = string | { readonly text: string; readonly style: ((text: string) => string) | null };

export type Align = "left" | "right";

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

/**
 * Lines of text in columns, no wider than `width`: what does not fit is wrapped inside its column. Only texts that no
 * person reads to the end are cut, as the library's time grows with the square of their length, too.
 * @param rows all of them with the same number of cells
 * @param aligns of the columns; default left
 */
export function grid(
  rows: readonly (readonly Cell[])[],
  width: number | null,
  aligns: readonly Align[] = [],
): string[] {
  const texts = rows.map((row) => row.map(textOf));
  const columns = (texts[0] ?? []).map((_, c) => c);
  const widestOf = (measure: (text: string) => number) =>
    columns.map((c) => texts.reduce((widest, row) => Math.max(widest, measure(row[c]!)), 0));
  const natural = widestOf(columnsOf);
  const widths = width === null ? natural : fit(natural, widestOf(longestWord), width - GAP * (columns.length - 1));
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_A_TIME) {
    const table = new Table({
      chars: BARE,
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
      colWidths: widths,
      colAligns: columns.map((c) => aligns[c] ?? "left"),
      wordWrap: true,
      wrapOnWordBoundary: true,
    });
    for (const row of rows.slice(at, at + ROWS_AT_A_TIME)) table.push(row.map((cell, c) => styled(cell, widths[c]!)));
    lines.push(...table.toString().split("\n"));
  }
  return lines.map((line) => line.trimEnd());
}

/** The row above the others. */
export const titles = (paint: ChalkInstance, ...texts: readonly string[]): Cell[] =>
  texts.map((text) => ({ text, style: paint.dim }));

/** A block with its heading; nothing where there is nothing to show. */
export const titled = (title: string, body: string, paint: ChalkInstance): string =>
  body === "" ? "" : `${paint.bold(title)}\n${body}`;

/** Lines of prose, no wider than `width`, each of its lines with `indent` in front. */
export function prose(paragraphs: readonly string[], width: number | null, indent = ""): string[] {
  const rows = paragraphs.map((paragraph) => [paragraph]);
  return grid(rows, width === null ? null : width - indent.length).map((line) => indent + line);
}

/** Room for a value that was cut already, and is longer for being made printable. */
const MOST_CHARACTERS = 4_000;

const textOf = (cell: Cell): string => cut(typeof cell === "string" ? cell : cell.text, MOST_CHARACTERS);

function styled(cell: Cell, width: number): string {
  const text = breakable(textOf(cell), width);
  return typeof cell === "string" || cell.style === null ? text : cell.style(text);
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
