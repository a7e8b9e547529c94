// The I/O floor: reads the rows, fetches the answers with several requests in flight, parses the JSON, decodes nothing.
// node bench/clients/floor.mjs <database> <rpc> <count> <requests in flight>; prints the number of entries received
import { keyOf } from "./keys.mjs";
import { pages } from "./rows.mjs";
import { rpcClient } from "./rpc.mjs";

const [database, url, count, inFlight] = process.argv.slice(2);
const KEYS_PER_REQUEST = 200;
const PAGE_SIZE = 5_000;

const rpc = rpcClient(url, Number(inFlight));
const waiting = new Set();
let seen = 0;
for await (const page of pages(database, Number(count), PAGE_SIZE)) {
  for (let at = 0; at < page.length; at += KEYS_PER_REQUEST) {
    const keys = page.slice(at, at + KEYS_PER_REQUEST).map((row) => keyOf(row[1]));
    const request = rpc.entries(keys).then((entries) => {
      seen += entries.length;
      waiting.delete(request);
    });
    waiting.add(request);
    if (waiting.size >= Number(inFlight)) await Promise.race(waiting);
  }
}
await Promise.all(waiting);
await rpc.close();
process.stdout.write(String(seen));
