import type { JournalFault } from "./journal-fault.js";
import type { KeyChange } from "./journal-note.js";

/** The result for the records of one contract. */
export interface JournalCheck {
  readonly contractId: string;
  /** Records in the journal, and records older than sealing, whose digest the journal's first record holds. */
  readonly records: number;
  readonly unsealed: number;
  /** How many of the journal's records have an HMAC that was checked. */
  readonly proved: number;
  /** The first place where the journal is not what was written, and that nobody has explained. */
  readonly fault: JournalFault | null;
  /** Breaks that a person has explained, and keys that were taken into use. */
  readonly explained: readonly Explanation[];
  /** Why nothing is proved although nothing wrong was found; null: it is proved, or something is wrong. */
  readonly unproved: string | null;
  /** The newest record that no run will change any more, to be kept elsewhere. */
  readonly anchor: { readonly sequence: number; readonly digest: string } | null;
}

export interface Explanation {
  readonly sequence: number;
  readonly runId: string | null;
  readonly at: string | null;
  readonly by: string | null;
  /** What was explained; null: only a key was taken into use. */
  readonly found: JournalFault | null;
  readonly reason: string | null;
  readonly rekey: KeyChange | null;
}

/** The journal as it was found, for a record that settles what is wrong with it. */
export interface JournalAsFound {
  readonly state: string;
  /** Whether a key that was not taken into use explains all that is wrong. */
  readonly isOnlyUnkeyed: boolean;
  readonly beforeKey: KeyChange;
}
