import type { JournalHead, Seals } from "../../core/records/journal.js";
import { type JournalCheck, JournalVerifier, type VerifyOptions } from "../../core/records/verify-journal.js";
import type { RunQuery } from "../../ports/db-client.js";
import { openDb } from "../sources/databases.js";

/** Reads and verifies records contract by contract, with one record in memory at a time. */
export async function readJournals(
  url: string,
  query: RunQuery,
  seals: Seals,
  options: VerifyOptions,
): Promise<JournalCheck[]> {
  const db = await openDb(url);
  try {
    const { heads, runs } = await db.readRuns(query);
    const headOf = new Map<string, JournalHead>(heads.map((head) => [head.contractId, head]));
    const checks: JournalCheck[] = [];
    let contractId: string | null = null;
    let verifier: JournalVerifier | null = null;
    const end = () => {
      if (verifier === null || contractId === null) return;
      checks.push(verifier.end(headOf.get(contractId) ?? null));
      headOf.delete(contractId);
    };
    for await (const run of runs) {
      if (verifier === null || run.contract_id !== contractId) {
        end();
        contractId = run.contract_id ?? "";
        verifier = new JournalVerifier(contractId, seals, options);
      }
      verifier.add(run);
    }
    end();
    // Journals that have only their head left.
    for (const head of headOf.values()) {
      checks.push(new JournalVerifier(head.contractId, seals, options).end(head));
    }
    return checks;
  } finally {
    await db.close();
  }
}
