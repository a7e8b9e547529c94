import type { ChainHead, Seals } from "../../core/records/journal.js";
import { type ChainVerdict, ChainVerifier, type VerifyOptions } from "../../core/records/verify-journal.js";
import type { RunQuery } from "../../ports/db-client.js";
import { openDb } from "../sources/adapters.js";

/** Reads records and verifies them, contract by contract, one record in memory at a time. */
export async function readChains(
  url: string,
  query: RunQuery,
  seals: Seals,
  options: VerifyOptions,
): Promise<ChainVerdict[]> {
  const db = await openDb(url);
  try {
    const { heads, runs } = await db.readRuns(query);
    const headOf = new Map<string, ChainHead>(heads.map((head) => [head.contractId, head]));
    const verdicts: ChainVerdict[] = [];
    let contractId: string | null = null;
    let verifier: ChainVerifier | null = null;
    const end = () => {
      if (verifier === null || contractId === null) return;
      verdicts.push(verifier.end(headOf.get(contractId) ?? null));
      headOf.delete(contractId);
    };
    for await (const run of runs) {
      if (verifier === null || run.contract_id !== contractId) {
        end();
        contractId = run.contract_id ?? "";
        verifier = new ChainVerifier(contractId, seals, options);
      }
      verifier.add(run);
    }
    end();
    // Chains of which nothing but the head is left.
    for (const head of headOf.values()) {
      verdicts.push(new ChainVerifier(head.contractId, seals, options).end(head));
    }
    return verdicts;
  } finally {
    await db.close();
  }
}
