// The usual approach: `keys` streams per call, one call at a time, every entry decoded by the Stellar library.
// node bench/clients/sdk-loop.mjs <database> <rpc> <count> <keys per call>; prints matches and seconds
import { Contract, scValToNative, xdr } from "@stellar/stellar-base";
import { CONTRACT } from "../world.mjs";
import { pages } from "./rows.mjs";
import { rpcClient } from "./rpc.mjs";

const [database, url, count, keysPerCall] = process.argv.slice(2);
const contract = new Contract(CONTRACT).address().toScAddress();

function keyOf(id) {
  const key = xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), xdr.ScVal.scvU64(new xdr.Uint64(BigInt(id)))]);
  const durability = xdr.ContractDataDurability.persistent();
  return xdr.LedgerKey.contractData(new xdr.LedgerKeyContractData({ contract, key, durability })).toXDR("base64");
}

/** Decodes key and value, as the library's client does. */
function streamOf(entry) {
  xdr.LedgerKey.fromXDR(entry.key, "base64");
  return scValToNative(xdr.LedgerEntryData.fromXDR(entry.xdr, "base64").contractData().val());
}

function agrees([, , recipient, total, released, status], stream) {
  return (
    stream.recipient === recipient &&
    stream.total_amount === BigInt(total) &&
    stream.released_amount === BigInt(released) &&
    stream.status[0].toLowerCase() === status
  );
}

const startedAt = performance.now();
const rpc = rpcClient(url, 1);
let same = 0;
for await (const page of pages(database, Number(count), Number(keysPerCall))) {
  const rows = new Map(page.map((row) => [BigInt(row[1]), row]));
  for (const entry of await rpc.entries(page.map((row) => keyOf(row[1])))) {
    const stream = streamOf(entry);
    if (agrees(rows.get(stream.id), stream)) same += 1;
  }
}
await rpc.close();
process.stdout.write(`${same} ${(performance.now() - startedAt) / 1000}`);
