import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { xdr } from "@stellar/stellar-base";
import Database from "libsql";
import { runBinary } from "../support/cli-binary.js";
import { writeSnapshotFile } from "../support/snapshot-file.js";
import { accountId, address, i128, struct, u64 } from "../support/streampay-contract.js";
import { TestLedger } from "../support/test-ledger.js";
import { commandsIn } from "./commands.js";
import { blocksOf } from "./markdown.js";

const [schema] = blocksOf("sql", "example");
const [config] = blocksOf("yaml", "config another-contract");
const [output] = blocksOf("text", "another-contract");
const [command] = blocksOf("sh")
  .flatMap(commandsIn)
  .filter(({ text }) => text.includes("rental.yaml"));
const CONTRACT = command!.args[command!.args.indexOf("--contract") + 1]!;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "reconcile-streams-docs-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function putStream(ledger: TestLedger, id: number, withdrawn: bigint, state: number): void {
  ledger.set({
    contract: CONTRACT,
    key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Stream"), xdr.ScVal.scvU32(id)]),
    val: struct({
      payer: address(accountId(1)),
      receiver: address(accountId(2)),
      deposited: i128(20_000_000_000n),
      withdrawn: i128(withdrawn),
      starts_at: u64(1_769_860_800n),
      state: xdr.ScVal.scvU32(state),
    }),
    lastModified: 900,
  });
}

/** The contract's own entry, with the counter that the layout names. */
function putCounter(ledger: TestLedger, nextId: number): void {
  const key = xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("NextId")]);
  ledger.set({
    contract: CONTRACT,
    key: xdr.ScVal.scvLedgerKeyContractInstance(),
    val: xdr.ScVal.scvContractInstance(
      new xdr.ScContractInstance({
        executable: xdr.ContractExecutable.contractExecutableStellarAsset(),
        storage: [new xdr.ScMapEntry({ key, val: xdr.ScVal.scvU32(nextId) })],
      }),
    ),
  });
}

describe("docs/layouts.md, Describing a contract", () => {
  it("works as written", async () => {
    const ledger = new TestLedger();
    putStream(ledger, 1, 20_000_000_000n, 2);
    putStream(ledger, 2, 1_250_000_000n, 0);
    putStream(ledger, 3, 0n, 1);
    putCounter(ledger, 4);
    await writeSnapshotFile(join(folder, "rental.json"), ledger);
    writeFileSync(join(folder, "rental.yaml"), config!.text);
    const database = new Database(join(folder, "rental.db"));
    const rows = [
      ["rental-1", 1, "2000.0000000", "done"],
      ["rental-2", 2, "25.0", "open"],
      ["rental-3", 3, "0", "open"],
    ].map(
      ([uid, id, withdrawn, state]) =>
        `('${uid}', ${id}, '${accountId(2)}', '2000', '${withdrawn}', '2026-01-31 12:00:00+00', '${state}', 950)`,
    );
    database.exec(`${schema!.text}; INSERT INTO "PaymentStream" VALUES ${rows.join(", ")}`);
    database.close();

    const result = await runBinary(command!.args, { cwd: folder });

    expect(result.stderr).toBe("");
    expect(result.stdout.slice(0, output!.text.length + 2)).toBe(`${output!.text}\n\n`);
    // Nothing is left out: the counter was found and believed.
    expect(result.stdout).toContain(" 0 errors, 0 notices\n");
    expect(result.code).toBe(3);
  });
});
