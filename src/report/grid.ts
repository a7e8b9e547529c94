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

/** Lines of text in columns, no wider than `width`: what does not fit is wrapped inside its column, never cut. */
export function grid(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
  paint: (text: string, row: number, column: number) => string = (text) => text,
): string {
  const natural = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const widths = width === null ? natural : fit(natural, width - GAP * (columns.length - 1));
  const table = new Table({
    chars: BARE,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colWidths: widths,
    colAligns: columns.map(({ align }) => align ?? "left"),
    wordWrap: true,
    wrapOnWordBoundary: true,
  });
  const head = columns.map(({ title }) => title);
  [head, ...rows].forEach((row, r) => {
    table.push(row.map((text, c) => paint(breakable(text, widths[c]!), r - 1, c)));
  });
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Takes from the widest column until the line fits. */
function fit(natural: readonly number[], available: number): number[] {
  const widths = [...natural];
  for (let excess = sum(widths) - available; excess > 0; excess--) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= MIN_WIDTH) break;
    widths[widest]! -= 1;
  }
  return widths;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Breaks words that are longer than their column; the table itself only wraps between words. */
function breakable(text: string, width: number): string {
  return text
    .split(" ")
    .map((word) => (word.length <= width ? word : word.replace(new RegExp(`.{${width}}(?=.)`, "gu"), "$& ")))
    .join(" ");
}
