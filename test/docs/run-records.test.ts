import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealsOf } from "../../src/cli/records/record-seals.js";
import { openDb } from "../../src/cli/sources/databases.js";
import { beginJournalStep } from "../../src/core/records/journal.js";
import { SEALED_COLUMNS, sealedText } from "../../src/core/records/run-columns.js";
import type { RunRecord } from "../../src/core/records/run-record.js";
import { createTestDatabase } from "../support/postgres.js";
import { appending } from "../support/sealing.js";
import { blocksOf, codeSpans, documentOf, ROOT, tableRows } from "./markdown.js";

const KEY = "example-record-key";
const RECORD: RunRecord = {
  runId: "7d7b0b0e-6f0e-4c0a-9d5c-2b1f0e3c9a11",
  startedAt: "2026-11-22T03:15:00.000Z",
  finishedAt: "2026-11-22T03:16:02.250Z",
  status: "IN_SYNC",
  exitCode: 0,
  scope: "all-streams",
  requestedBy: "cron",
  service: "nightly-reconciliation",
  keyId: "nightly-2026",
  toolVersion: "0.1.0",
  contractId: "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526",
  network: "testnet",
  ledgerFirst: 4990,
  ledgerLast: 5000,
  summary: {
    streamsChecked: 3,
    inSync: 3,
    drifted: 0,
    lagging: 0,
    missingOnChain: 0,
    missingInDb: 0,
    violations: 0,
    unchecked: 0,
    ignored: 0,
    confirmation: { found: 0, dismissed: 0, confirmed: 0 },
  },
  report: '{"status":"IN_SYNC"}',
};

describe("docs/run-records.md", () => {
  it("lists the columns that are sealed, in their order", () => {
    const [columns] = blocksOf("text", "columns");
    expect(columns!.text.split(/\s+/)).toEqual(SEALED_COLUMNS);
  });

  it("has an example that the program seals in the same way", async () => {
    const seals = await sealsOf({ recordKey: KEY, previousRecordKeys: [] });
    const { run } = beginJournalStep(
      RECORD,
      { head: null, newest: null, own: null, others: [], unsealed: [], hasSealedBefore: false },
      seals,
    );
    const [example] = blocksOf("text", "sealed");
    expect(`${example!.text}\n`).toBe(sealedText(run));
    const rows = tableRows(documentOf("docs/run-records.md"), "What is sealed").map(([name = "", value = ""]) => [
      codeSpans(name)[0],
      codeSpans(value)[0],
    ]);
    expect(rows).toContainEqual(["record_digest", run.record_digest]);
    expect(rows).toContainEqual(["record_hmac", run.record_hmac]);
  });

  it("has a verifier that needs nothing of this program, and finds what was altered", async () => {
    const database = await createTestDatabase();
    const script = join(ROOT, `verifier-${process.pid}.tmp.mjs`);
    try {
      writeFileSync(script, blocksOf("js", "verifier")[0]!.text);
      const client = await openDb(database.url);
      await client.createRunTable();
      const seals = await sealsOf({ recordKey: KEY, previousRecordKeys: [] });
      for (const runId of ["a", "b", "c"]) {
        const record = { ...RECORD, runId, requestedBy: "Zoë 😀" };
        await client.updateLastRunStatus(record, appending(record, seals));
      }
      const verify = (key = KEY) => {
        const env = { PATH: process.env.PATH ?? "", DATABASE_URL: database.url, RECORD_KEY: key };
        const { status, stdout } = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
        return [status, stdout];
      };
      expect(verify()).toEqual([0, "verified\n"]);
      expect(verify("another-key")).toEqual([3, "record 1, run a\n"]);
      await database.query(
        "UPDATE reconciliation_runs SET started_at = started_at + interval '1 microsecond' WHERE run_id = 'b'",
      );
      expect(verify()).toEqual([3, "record 2, run b\n"]);
      await database.query("DELETE FROM reconciliation_runs WHERE run_id <> 'a'");
      expect(verify()).toEqual([3, "the end of the journal, after record 1\n"]);
    } finally {
      rmSync(script, { force: true });
      await database.drop();
    }
  });
});
