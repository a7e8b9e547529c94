import { createHash } from "node:crypto";
import { beginJournalStep, digestOf, type Seals } from "../../src/core/records/journal.js";
import type { RunRecord } from "../../src/core/records/run-record.js";
import type { Sealing } from "../../src/ports/db-client.js";

/** Without a key. */
const DIGESTS: Seals = {
  digest: (text) => createHash("sha256").update(text).digest("hex"),
  current: null,
  previous: [],
};

/** Appends the record to its journal; one that is there already gets a new place. */
export function appending(record: RunRecord, seals = DIGESTS): Sealing {
  return {
    keyId: seals.current?.id ?? null,
    digestOf: (run) => digestOf(run, seals),
    next: (state) => beginJournalStep(record, { ...state, own: null }, seals),
  };
}
