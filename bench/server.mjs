// A Soroban RPC server that answers from memory, as fast as one process can.
// node bench/server.mjs <count> <latency ms> <ms per ledger; 0: the ledger stands still>
import { createServer } from "node:http";
import { LEDGER, LEDGER_TIME, PASSPHRASE, rows } from "./world.mjs";

const [count, latencyMs, ledgerMs] = process.argv.slice(2).map(Number);
const byKey = new Map(rows(count));

const SECONDS_PER_LEDGER = 5;
const startedAt = performance.now();

/** The number of ledgers closed since the start. */
const closed = () => (ledgerMs > 0 ? Math.floor((performance.now() - startedAt) / ledgerMs) : 0);

const RESULTS = {
  getHealth: (ledger, time) =>
    `{"status":"healthy","latestLedger":${ledger},"latestLedgerCloseTime":"${time}","oldestLedger":1,"ledgerRetentionWindow":17280}`,
  getNetwork: () => `{"passphrase":"${PASSPHRASE}","protocolVersion":23}`,
  getLatestLedger: (ledger, time) => `{"id":"00","protocolVersion":23,"sequence":${ledger},"closeTime":"${time}"}`,
};

function resultOf(method, params) {
  const ledger = LEDGER + closed();
  if (method !== "getLedgerEntries") return RESULTS[method](ledger, LEDGER_TIME + closed() * SECONDS_PER_LEDGER);
  const found = [];
  for (const key of params.keys) {
    const row = byKey.get(key);
    if (row !== undefined) found.push(row);
  }
  return `{"entries":[${found.join(",")}],"latestLedger":${ledger}}`;
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
    const body = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${resultOf(method, params)}}`;
    const send = () => response.writeHead(200, { "content-type": "application/json" }).end(body);
    if (latencyMs > 0) setTimeout(send, latencyMs);
    else send();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
