import { UnavailableError } from "../errors.js";
import { factsOf, line, type RunColumns, sealedText } from "./run-columns.js";
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
}

/** What a transaction reads before it writes a record. */
export interface JournalState {
  readonly head: JournalHead | null;
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

/** @throws UnavailableError when this run already has a record */
export function beginJournalStep(record: RunRecord, state: JournalState, seals: Seals): JournalStep {
  const { head, newest, own, unsealed } = state;
  if (own !== null) {
    throw new UnavailableError("run_record_failed", "This run already has a record.", {
      details: [`run_id: ${record.runId}`],
      hints: ["Verify the records: reconcile-streams runs verify"],
    });
  }
  const last = lastOf(head, newest);
  if (last === null) return seal(record, 1, digestOfUnsealed(unsealed, seals), seals);
  // Without its head, records may have been removed from the journal's end: skip a number to keep that visible.
  const step = head === null ? 2 : 1;
  return seal(record, last.sequence + step, last.digest, seals);
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
  if (head?.sequence !== begun.head.sequence || head.recordDigest !== begun.head.recordDigest) {
    throw notCompleted("Another run was recorded in the meantime, or the journal's head was changed.");
  }
  return seal(record, numberOf(begun.run.sequence), begun.run.previous_digest ?? null, seals);
}

function notCompleted(detail: string): UnavailableError {
  return new UnavailableError("run_record_failed", "The run's record could not be completed.", {
    details: [detail],
    hints: ["Find out who did it, verify the records (reconcile-streams runs verify), and run again."],
  });
}

function seal(record: RunRecord, sequence: number, previousDigest: string | null, seals: Seals): JournalStep {
  const facts = factsOf(record);
  const run = {
    ...facts,
    sequence: String(sequence),
    previous_digest: previousDigest,
    report_digest: reportDigestOf(facts, seals),
    record_key: seals.current?.id ?? null,
  };
  const text = sealedText(run);
  const recordDigest = seals.digest(text);
  const head = {
    contractId: record.contractId,
    sequence: run.sequence,
    recordDigest,
    recordKey: run.record_key,
  };
  return {
    run: { ...run, record_digest: recordDigest, record_hmac: seals.current?.sign(text) ?? null },
    head: { ...head, headHmac: seals.current?.sign(headText(head)) ?? null },
  };
}

/** The text that the head's HMAC signs. */
export function headText(head: Omit<JournalHead, "headHmac">): string {
  return (
    "reconcile-streams-head-v1\n" +
    line("contract_id", head.contractId) +
    line("sequence", head.sequence) +
    line("record_digest", head.recordDigest) +
    line("record_key", head.recordKey)
  );
}

/** A record's place, from 1; 0: not a number. */
export function numberOf(sequence: string | null | undefined): number {
  return /^[1-9]\d{0,14}$/.test(sequence ?? "") ? Number(sequence) : 0;
}
