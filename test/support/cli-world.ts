import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import type { Report } from "../../src/core/report/report.js";
import { reportContradiction } from "../../src/core/report/report-contradiction.js";
import { type RpcServer, type RpcServerOptions, startRpcServer } from "./rpc-server.js";
import { writeSnapshotFile } from "./snapshot-file.js";
import { createTestSqlite, type TestSqlite } from "./sqlite.js";
import {
  accountId,
  address,
  contractId,
  i128,
  putStream,
  type StreamStruct,
  streamStruct,
  struct,
  u64,
  unitVariant,
} from "./streampay-contract.js";
import { TestLedger } from "./test-ledger.js";

export const WORLD_CONTRACT = contractId(77);

/** The default columns (docs/configuration.md#every-key), in types that both databases have. */
export const STREAMS_TABLE = `CREATE TABLE streams (
  id VARCHAR(64), on_chain_id BIGINT, recipient_address VARCHAR(80), total_amount VARCHAR(80),
  released_amount VARCHAR(80), status VARCHAR(20), last_sync_ledger BIGINT)`;

/** The row that agrees with a stream, as SQL literals by column. */
export function rowOf(stream: StreamStruct, synced: number): Record<string, string> {
  return {
    id: `'stream_${stream.id}'`,
    on_chain_id: String(stream.id),
    recipient_address: `'${stream.recipient}'`,
    total_amount: `'${stream.total_amount}'`,
    released_amount: `'${stream.released_amount}'`,
    status: `'${stream.status.toLowerCase()}'`,
    last_sync_ledger: String(synced),
  };
}

export function insertSql(table: string, rows: readonly Record<string, string>[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const columns = Object.keys(first).map((name) => `"${name}"`);
  const tuples = rows.map((row) => `(${Object.values(row).join(", ")})`);
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES ${tuples.join(",\n")}`;
}

/** The contract itself, which counts its streams, and what it holds of their token. */
export function putEscrow(
  ledger: TestLedger,
  contract: string,
  nextId: bigint,
  balance: bigint,
  lastModified = 10,
): void {
  const executable = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32));
  const storage = [new xdr.ScMapEntry({ key: unitVariant("StreamCount"), val: u64(nextId) })];
  ledger.set({
    contract,
    key: xdr.ScVal.scvLedgerKeyContractInstance(),
    val: xdr.ScVal.scvContractInstance(new xdr.ScContractInstance({ executable, storage })),
    lastModified: 10,
  });
  ledger.set({
    contract: streamStruct().token,
    key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(contract)]),
    val: struct({
      amount: i128(balance),
      authorized: xdr.ScVal.scvBool(true),
      clawback: xdr.ScVal.scvBool(false),
    }),
    lastModified,
  });
}

export interface CliWorld {
  readonly folder: string;
  readonly ledger: TestLedger;
  readonly sqlite: TestSqlite;
  readonly server: RpcServer;
  readonly snapshot: string;
  /** `--db`, `--chain` and `--contract` for the RPC server. */
  readonly overRpc: readonly string[];
  /** The same for the snapshot file. */
  readonly overSnapshot: readonly string[];
  /** Writes a file into the folder. */
  write(name: string, content: unknown): Promise<string>;
  close(): Promise<void>;
}

/** Closes the newest ledger now, for runs that go by this machine's clock. */
export function closeNow({ ledger }: Pick<CliWorld, "ledger">): void {
  ledger.closeTime = Math.floor(Date.now() / 1_000);
}

/**
 * Three streams that agree on both sides, in SQLite, behind an RPC server and in a snapshot file; `edit` changes the
 * rows (SQL literals) before they are written.
 */
export async function createWorld(
  edit: (rows: Record<string, string>[]) => void = () => {},
  options: RpcServerOptions = {},
): Promise<CliWorld> {
  const folder = await mkdtemp(join(tmpdir(), "reconcile-streams-world-"));
  const ledger = new TestLedger();
  putEscrow(ledger, WORLD_CONTRACT, 4n, 1_000_000n);
  const rows: Record<string, string>[] = [];
  for (const id of [1n, 2n, 3n]) {
    const stream = streamStruct({ id, sender: accountId(Number(id) + 100) });
    putStream(ledger, WORLD_CONTRACT, stream, { lastModified: 500 });
    rows.push(rowOf(stream, 990));
  }
  edit(rows);
  const sqlite = await createTestSqlite();
  sqlite.run(`${STREAMS_TABLE}; ${insertSql("streams", rows)}`);
  const server = await startRpcServer(ledger, options);
  const snapshot = join(folder, "ledger.json");
  await writeSnapshotFile(snapshot, ledger);
  const common = ["--db", sqlite.url, "--contract", WORLD_CONTRACT];
  return {
    folder,
    ledger,
    sqlite,
    server,
    snapshot,
    overRpc: [...common, "--chain", server.url],
    overSnapshot: [...common, "--chain", `snapshot:${snapshot}`],
    async write(name, content) {
      const path = join(folder, name);
      await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    },
    async close() {
      await server.close();
      await sqlite.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export function reportOf(result: { readonly stdout: string; readonly stderr: string }): Report {
  let report: Report;
  try {
    report = JSON.parse(result.stdout) as Report;
  } catch {
    throw new Error(`no JSON report on standard output:\n${result.stdout}\n${result.stderr}`);
  }
  // Whatever a run writes, `render` has to take.
  expect(reportContradiction(report)).toBeNull();
  return report;
}
