import type { JournalHead, Seals } from "../../core/records/journal.js";
import type { JournalAsFound, JournalCheck } from "../../core/records/journal-check.js";
import { JournalVerifier, type VerifyOptions } from "../../core/records/verify-journal.js";
import type { RunRecorder } from "../../ports/db-client.js";
import { openDb } from "../sources/databases.js";

export type ReadJournal = JournalCheck & { readonly asFound: JournalAsFound };
type Hearing = Omit<VerifyOptions, "extent">;

/** @param contractId null: the journals of all contracts */
export async function readJournals(
  url: string,
  contractId: string | null,
  seals: Seals,
  hearing: Hearing,
): Promise<ReadJournal[]> {
  const db = await openDb(url);
  try {
    return await journalsIn(db, contractId, seals, hearing);
  } finally {
    await db.close();
  }
}

/** Reads and verifies records contract by contract, with one record in memory at a time. */
export async function journalsIn(
  db: Pick<RunRecorder, "readRuns">,
  contractId: string | null,
  seals: Seals,
  hearing: Hearing = {},
): Promise<ReadJournal[]> {
  const { heads, runs } = await db.readRuns({ contractId });
  const contracts = new Set(heads.map((head) => head.contractId));
  const asked = heads.filter((head) => contractId === null || head.contractId === contractId);
  const headOf = new Map<string, JournalHead>(asked.map((head) => [head.contractId, head]));
  const verifierOf = (id: string) => new JournalVerifier(id, seals, { extent: "whole", ...hearing });
  const checks: ReadJournal[] = [];
  let current: string | null = null;
  let verifier: JournalVerifier | null = null;
  const end = () => {
    if (verifier === null || current === null) return;
    checks.push(verifier.end(headOf.get(current) ?? null, contracts));
    headOf.delete(current);
  };
  for await (const run of runs) {
    if (verifier === null || run.contract_id !== current) {
      end();
      current = run.contract_id ?? "";
      verifier = verifierOf(current);
    }
    verifier.add(run);
  }
  end();
  // Journals that have only their head left.
  for (const head of headOf.values()) checks.push(verifierOf(head.contractId).end(head, contracts));
  return checks;
}
