import {
  beginJournalStep,
  contractsOf,
  type JournalHead,
  type JournalState,
  type JournalStep,
  type Seals,
} from "./journal.js";
import { type JournalFault, journalFault } from "./journal-fault.js";
import type { Settlement } from "./journal-note.js";
import type { RunRecord } from "./run-record.js";
import { checkHead } from "./seal.js";
import { JournalVerifier } from "./verify-journal.js";

/**
 * The next record of a journal that may be broken. It goes on from what verifies; what does not is sealed into the record.
 * @param settles what a person vouches for; null: the record is of a run
 */
export function nextStep(
  record: RunRecord,
  state: JournalState,
  seals: Seals,
  settles: Settlement | null = null,
): { readonly step: JournalStep; readonly found: JournalFault | null } {
  const found = settles === null ? breakAtEnd(record.contractId, state, seals) : null;
  const note = settles !== null ? { settles } : found !== null ? { break: found } : null;
  const head = isTrusted(state, seals) ? state.head : null;
  return { step: beginJournalStep(record, { ...state, head }, seals, note), found };
}

/** Checks only the journal's end, which the next record replaces; `runs verify` checks all of it. */
function breakAtEnd(contractId: string, state: JournalState, seals: Seals): JournalFault | null {
  const { head, newest, others } = state;
  if (head === null && newest === null) return breakBeforeFirst(contractId, state, seals);
  const verifier = new JournalVerifier(contractId, seals, { extent: "part" });
  if (newest !== null) verifier.add(newest);
  const { fault } = verifier.end(head, new Set([contractId, ...others.map((other) => other.contractId)]));
  // That break is sealed already.
  return fault?.kind === "break" ? null : fault;
}

function breakBeforeFirst(contractId: string, { others, unsealed }: JournalState, seals: Seals): JournalFault | null {
  const witness = others.find((head) => contractsOf(head).includes(contractId) && isIntact(head, seals));
  if (witness !== undefined) {
    const what = `the whole journal is gone: the head of contract ${witness.contractId} lists it`;
    return journalFault("removed", what);
  }
  if (unsealed.length === 0 || seals.current === null) return null;
  const what = `the records before it (${unsealed.length}) have no seal, and no rekey record says that auth.recordKey was taken into use after them`;
  return journalFault("unkeyed", what);
}

/** Whether the head may say where the journal ends. One without an HMAC may only beside records without any. */
function isTrusted({ head, newest }: JournalState, seals: Seals): boolean {
  return head !== null && isIntact(head, seals, newest?.record_key == null);
}

function isIntact(head: JournalHead, seals: Seals, mayLackKey = seals.current === null): boolean {
  const { fault, proof } = checkHead(head, seals);
  return fault === null && (mayLackKey || proof !== "digest-only");
}
