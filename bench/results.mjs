// Formats measurements as text of at most 80 columns.
const number = (value, digits = 0) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

function grid(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join("  ");
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join("\n");
}

export function header({ cores, node, postgres, rounds, inFlight, differEvery }) {
  return [
    `${cores} cores, Node ${node}, rows from ${postgres ? "PostgreSQL" : "SQLite"}, ${inFlight} requests in flight`,
    `medians of ${rounds} alternating runs, each a whole process including start-up`,
    differEvery === 0 ? "both sides agree; the tool prints JSON" : "one stream in ten differs; the tool prints ndjson",
    "* a sample of the streams, not counting start-up",
  ].join("\n");
}

/** Compares the programs over the same streams at the same latency. */
export function table({ count, latencyMs, rows }) {
  const [floor] = rows;
  const sdk = rows.find(({ name }) => name.startsWith("SDK"));
  const times = (row, other) => (other === undefined ? "" : number(row.perSecond / other.perSecond, 2));
  const lines = rows.map((row) => [
    row.name,
    number(row.perSecond),
    times(row, floor),
    times(row, sdk),
    `${number(row.peakMiB)} MiB`,
  ]);
  const titles = ["", "streams/s", "of floor", "of SDK loop", "peak memory"];
  return `\n${number(count)} streams, ${latencyMs} ms\n${grid([titles, ...lines])}`;
}

/** How the tool's time and memory grow with the number of streams, and how it compares with one request per stream. */
export function growth(measured) {
  const tool = (rows) => rows.find(({ name }) => name === "reconcile-streams");
  const lines = measured.map(({ count, latencyMs, rows }) => {
    const smallest = measured.find((other) => other.latencyMs === latencyMs);
    const [here, there] = [tool(rows), tool(smallest.rows)];
    const single = rows.find(({ name }) => name.startsWith("one request"));
    return [
      `${number(count)}, ${latencyMs} ms`,
      `${number(here.seconds, 2)} s`,
      number(count / smallest.count),
      number(here.seconds / there.seconds, 2),
      number(here.peakMiB / there.peakMiB, 2),
      single === undefined ? "" : number(here.perSecond / single.perSecond),
    ];
  });
  const titles = ["", "time", "x streams", "x time", "x memory", "of one each"];
  return `\nHow reconcile-streams grows\n${grid([titles, ...lines])}`;
}
