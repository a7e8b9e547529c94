import { UnavailableError } from "../errors.js";
import { parseForeignJson } from "../values/foreign-json.js";
import type { JournalNote } from "./journal-note.js";
import { factsOf, line, numberOf, type RunColumns, sealedText } from "./run-columns.js";
import type { RunRecord } from "./run-record.js";

/** One secret that records are sealed with. */
export interface RecordKey {
  /** Identifies the key without revealing anything about the secret. */
  readonly id: string;
  /** HMAC-SHA256 of the text's UTF-8 bytes, in hex. */
  sign(text: string): string;
  /** Compares in constant time. */
  fits(text: string, hmac: string): boolean;
}

/** The digest function and keys that records are sealed and verified with. */
export interface Seals {
  /** SHA-256 of the text's UTF-8 bytes, in hex. */
  digest(text: string): string;
  /** The key that seals; null: records are linked only by their digests. */
  readonly current: RecordKey | null;
  /** Keys that sealed before the current one. */
  readonly previous: readonly RecordKey[];
}

/** Names the end of a contract's journal, so that removing the newest records is noticed. */
export interface JournalHead {
  readonly contractId: string;
  /** Number of the newest record, in decimal digits. */
  readonly sequence: string;
  readonly recordDigest: string;
  readonly recordKey: string | null;
  readonly headHmac: string | null;
  /** The contracts that have a journal in this store, as a JSON array; null: the head is older than this list. */
  readonly contracts: string | null;
}

/** What a transaction reads before it writes a record. */
export interface JournalState {
  readonly head: JournalHead | null;
  /** The heads of the other contracts in the store. */
  readonly others: readonly JournalHead[];
  /** The record with the greatest number; null when no record of the contract has one. */
  readonly newest: RunColumns | null;
  /** The stored record of the run that is being written. */
  readonly own: RunColumns | null;
  /** Digests of the records older than sealing; only read if there is neither head nor newest. */
  readonly unsealed: readonly string[];
  /** Whether the current key has sealed before; only read if the head is sealed with another key. */
  readonly hasSealedBefore: boolean;
}

/** What that transaction then writes. */
export interface JournalStep {
  readonly run: RunColumns;
  readonly head: JournalHead;
  /** Heads of other contracts that did not list this one yet. */
  readonly others: readonly JournalHead[];
}

/** The `previous_digest` of the first record, made from all records older than sealing. */
export function digestOfUnsealed(digests: readonly string[], seals: Seals): string | null {
  if (digests.length === 0) return null;
  return seals.digest(`reconcile-streams-unsealed-v1\n${[...digests].sort().join("\n")}\n`);
}

/** The digest of a record older than sealing. */
export function digestOf(run: RunColumns, seals: Seals): string {
  return seals.digest(sealedText({ ...run, report_digest: reportDigestOf(run, seals) }));
}

export function reportDigestOf(run: RunColumns, seals: Seals): string | null {
  return run.report == null ? null : seals.digest(run.report);
}

/**
 * @param note what the record says of the journal; null: nothing
 * @throws UnavailableError when this run already has a record
 */
export function beginJournalStep(
  record: RunRecord,
  state: JournalState,
  seals: Seals,
  note: JournalNote | null = null,
): JournalStep {
  const { head, newest, own, unsealed } = state;
  if (own !== null) {
    throw new UnavailableError("run_record_failed", "This run already has a record.", {
      details: [`run_id: ${record.runId}`],
      hints: ["Verify the records: reconcile-streams runs verify"],
    });
  }
  const last = lastOf(head, newest);
  // Without its head, records may have been removed from the journal's end: skip a number to keep that visible.
  const step = last !== null && head === null ? 2 : 1;
  const run = {
    ...factsOf(record),
    sequence: String((last?.sequence ?? 0) + step),
    previous_digest: last === null ? digestOfUnsealed(unsealed, seals) : last.digest,
    journal_note: note === null ? null : JSON.stringify(note),
  };
  // What a person has explained is not missed any longer.
  return seal(run, note?.settles === undefined ? state : { ...state, head: null }, seals);
}

function lastOf(
  head: JournalHead | null,
  newest: RunColumns | null,
): { sequence: number; digest: string | null } | null {
  const ofHead = head === null ? 0 : numberOf(head.sequence);
  const ofNewest = newest === null ? 0 : numberOf(newest.sequence);
  if (head !== null && ofHead >= ofNewest) return { sequence: ofHead, digest: head.recordDigest };
  return newest === null ? null : { sequence: ofNewest, digest: newest.record_digest ?? null };
}

/**
 * The completed record, in the place that it was given at the beginning.
 * @throws UnavailableError when that place is no longer its own
 */
export function finishJournalStep(
  record: RunRecord,
  begun: JournalStep,
  state: JournalState,
  seals: Seals,
): JournalStep {
  const { head, own } = state;
  if (own === null) throw notCompleted("Its row in reconciliation_runs is gone.");
  if (Object.entries(begun.run).some(([name, value]) => (own[name] ?? null) !== value)) {
    throw notCompleted("Its row in reconciliation_runs was changed while the run was at work.");
  }
  const isLast = head?.sequence === begun.head.sequence && head.recordDigest === begun.head.recordDigest;
  if (head === null || !isLast || !isSealedBy(head, seals)) {
    throw notCompleted("Another run was recorded in the meantime, or the journal's head was changed.");
  }
  const { sequence = null, previous_digest = null, journal_note = null } = begun.run;
  return seal({ ...factsOf(record), sequence, previous_digest, journal_note }, state, seals);
}

function notCompleted(detail: string): UnavailableError {
  return new UnavailableError("run_record_failed", "The run's record could not be completed.", {
    details: [detail],
    hints: ["Find out who did it, verify the records (reconcile-streams runs verify), and run again."],
  });
}

/** @param run the record's facts, place and note */
function seal(
  run: RunColumns,
  { head: before, others }: Pick<JournalState, "head" | "others">,
  seals: Seals,
): JournalStep {
  const sealed = { ...run, report_digest: reportDigestOf(run, seals), record_key: seals.current?.id ?? null };
  const text = sealedText(sealed);
  const recordDigest = seals.digest(text);
  const contractId = run.contract_id ?? "";
  const contracts = [contractId, ...contractsOf(before), ...others.map((head) => head.contractId)];
  const lacking = others.filter((head) => isSealedBy(head, seals) && !contractsOf(head).includes(contractId));
  return {
    run: { ...sealed, record_digest: recordDigest, record_hmac: seals.current?.sign(text) ?? null },
    head: sealHead({ contractId, sequence: run.sequence ?? "", recordDigest }, contracts, seals),
    others: lacking.map((head) => sealHead(head, [...contracts, ...contractsOf(head)], seals)),
  };
}

function sealHead(
  { contractId, sequence, recordDigest }: Pick<JournalHead, "contractId" | "sequence" | "recordDigest">,
  contracts: readonly string[],
  seals: Seals,
): JournalHead {
  const head = {
    ...{ contractId, sequence, recordDigest },
    recordKey: seals.current?.id ?? null,
    contracts: JSON.stringify([...new Set(contracts)].sort()),
  };
  return { ...head, headHmac: seals.current?.sign(headText(head)) ?? null };
}

/** Whether the head was sealed with the current key, or, where there is none, without one. */
function isSealedBy(head: JournalHead, { current }: Seals): boolean {
  if (head.recordKey !== (current?.id ?? null)) return false;
  return current === null || current.fits(headText(head), head.headHmac ?? "");
}

/** The contracts that a head lists: each had a journal in the store when it was sealed. */
export function contractsOf(head: JournalHead | null): readonly string[] {
  try {
    const listed = parseForeignJson(head?.contracts ?? "[]");
    return Array.isArray(listed) ? listed.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** The text that the head's HMAC signs. */
export function headText(head: Omit<JournalHead, "headHmac">): string {
  const lines =
    line("contract_id", head.contractId) +
    line("sequence", head.sequence) +
    line("record_digest", head.recordDigest) +
    line("record_key", head.recordKey);
  if (head.contracts === null) return `reconcile-streams-head-v1\n${lines}`;
  return `reconcile-streams-head-v2\n${lines}${line("contracts", head.contracts)}`;
}
