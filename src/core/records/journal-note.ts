import { parseForeignJson } from "../values/foreign-json.js";
import type { JournalFault } from "./journal-fault.js";
import type { RunColumns } from "./run-columns.js";

/** What a record says of the journal that it was written into: JSON in `journal_note`, and part of its seal. */
export interface JournalNote {
  /** What was found broken when the record was written. */
  readonly break?: JournalFault;
  /** The record is not of a run: with it, a person vouches for all records before it. */
  readonly settles?: Settlement;
}

/** An explained break (`reason`), or a key that was taken into use (`rekey`). */
export interface Settlement {
  /** The digest of all records before this one, as they were found: nothing that is changed later is explained. */
  readonly state: string;
  readonly found: JournalFault | null;
  readonly reason: string | null;
  readonly rekey: KeyChange | null;
}

export interface KeyChange {
  /** The id of the key before; null: none. */
  readonly from: string | null;
  /** The last record sealed with that key, or without one; null: there is no record with a number. */
  readonly last: { readonly sequence: number; readonly digest: string } | null;
}

/** @returns null without a note; without a record key, anyone may have written it, so what is malformed is left out */
export function noteOf(run: RunColumns): JournalNote | null {
  if (run.journal_note == null) return null;
  try {
    const { break: found, settles } = parseForeignJson(run.journal_note) as JournalNote;
    return {
      ...(typeof found?.what === "string" ? { break: found } : {}),
      ...(typeof settles?.state === "string" ? { settles } : {}),
    };
  } catch {
    return {};
  }
}
