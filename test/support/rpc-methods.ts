import { xdr } from "@stellar/stellar-base";
import type { RpcRequest, RpcRow } from "./rpc-faults.js";
import { eventsAnswer, JsonRpcError, oldestOf, transactionsAnswer } from "./rpc-history.js";
import { entryDataOf, type TestEntry, type TestLedger } from "./test-ledger.js";

const MAX_KEYS = 200;
const NO_EXTENSION = "AAAAAA==";

/** Where rows come from; by default the ledger's entries, each encoded once. A benchmark may bring rows of its own. */
export type RowSource = (key: string) => RpcRow | undefined;

export function rowsOf(ledger: TestLedger): RowSource {
  const encoded = new WeakMap<TestEntry, RpcRow>();
  return (key) => {
    const entry = ledger.entries.get(key);
    if (entry === undefined) return undefined;
    let row = encoded.get(entry);
    if (row === undefined) {
      row = {
        key,
        xdr: entryDataOf(entry).toXDR("base64"),
        lastModifiedLedgerSeq: entry.lastModified,
        ...(entry.liveUntil === null ? {} : { liveUntilLedgerSeq: entry.liveUntil }),
        extXdr: NO_EXTENSION,
      };
      encoded.set(entry, row);
    }
    return row;
  };
}

/** The results of stellar-rpc's methods (docs/contract-facts.md#a-nodes-answers). @throws JsonRpcError */
export function answerMethod(request: RpcRequest, ledger: TestLedger, rows: RowSource): Record<string, unknown> {
  switch (request.method) {
    case "getHealth":
      return {
        status: "healthy",
        latestLedger: ledger.sequence,
        latestLedgerCloseTime: String(ledger.closeTime),
        oldestLedger: oldestOf(ledger),
        ledgerRetentionWindow: 120_960,
      };
    case "getNetwork":
      return { passphrase: ledger.passphrase, protocolVersion: ledger.protocolVersion };
    case "getLatestLedger":
      return {
        id: ledger.sequence.toString(16).padStart(64, "0"),
        protocolVersion: ledger.protocolVersion,
        sequence: ledger.sequence,
        closeTime: String(ledger.closeTime),
      };
    case "getVersionInfo":
      return { version: "23.0.0", captiveCoreVersion: "23.0.0", protocolVersion: ledger.protocolVersion };
    case "getLedgerEntries":
      return { entries: ledgerEntries(request.keys, rows), latestLedger: ledger.sequence };
    case "getEvents":
      return eventsAnswer(request, ledger);
    case "getTransactions":
      return transactionsAnswer(request, ledger);
    default:
      throw new JsonRpcError(-32601, "method not found");
  }
}

/** Rows in the order asked, the gaps of missing entries closed. */
function ledgerEntries(keys: readonly string[], rows: RowSource): RpcRow[] {
  if (keys.length > MAX_KEYS) {
    throw new JsonRpcError(-32602, `key count (${keys.length}) exceeds maximum supported (${MAX_KEYS})`);
  }
  const found: RpcRow[] = [];
  keys.forEach((key, index) => {
    const row = rows(key);
    if (row === undefined) checkKey(key, index);
    else found.push(row);
  });
  if (keys.length === 0) throw new JsonRpcError(-32603, "could not query captive core: no keys were given");
  if (new Set(keys).size < keys.length) throw new JsonRpcError(-32603, "could not query captive core: duplicate keys");
  return found;
}

function checkKey(key: string, index: number): void {
  let type: xdr.LedgerEntryType;
  try {
    type = xdr.LedgerKey.fromXDR(key, "base64").switch();
  } catch {
    throw new JsonRpcError(-32602, `cannot unmarshal key value ${key} at index ${index}`);
  }
  if (type === xdr.LedgerEntryType.ttl()) {
    throw new JsonRpcError(-32602, "ledger ttl entries cannot be queried directly");
  }
}
