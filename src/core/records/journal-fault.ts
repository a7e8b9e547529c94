import { numberOf, type RunColumns } from "./run-columns.js";

/** A place where a journal is not what was written. */
export interface JournalFault {
  readonly kind:
    | "altered"
    | "removed"
    | "inserted"
    /** Records without a key, or with an earlier one, that no rekey record vouches for. */
    | "unkeyed"
    /** A run found the journal broken, and nobody has explained it. */
    | "break";
  /** The record's number; null: it has none. */
  readonly sequence: number | null;
  readonly runId: string | null;
  readonly startedAt: string | null;
  readonly what: string;
}

/** What is wrong with one record. */
export function recordFault(kind: JournalFault["kind"], run: RunColumns, what: string): JournalFault {
  const sequence = numberOf(run.sequence);
  return {
    kind,
    sequence: sequence === 0 ? null : sequence,
    runId: run.run_id ?? null,
    startedAt: run.started_at ?? null,
    what,
  };
}

/** What is wrong with the journal, but not with one record of it. */
export function journalFault(kind: JournalFault["kind"], what: string, sequence: number | null = null): JournalFault {
  return { kind, sequence, runId: null, startedAt: null, what };
}

export function removedRecords(first: number, last: number): JournalFault {
  const what = first === last ? `there is no record ${first}` : `there are no records ${first} to ${last}`;
  return journalFault("removed", what, first);
}

/** The fault in one line. */
export function faultText({ sequence, runId, what }: JournalFault): string {
  if (runId === null) return what;
  return `${sequence === null ? "a record without a number" : `record ${sequence}`} (run ${runId}): ${what}`;
}
