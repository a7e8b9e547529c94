import { contractsOf, type JournalHead, type Seals } from "./journal.js";
import { type JournalFault, journalFault, recordFault, removedRecords } from "./journal-fault.js";
import { numberOf, type RunColumns } from "./run-columns.js";
import { checkHead } from "./seal.js";

/** A record where it stands in its journal. */
export interface Place {
  readonly sequence: number;
  readonly run: RunColumns;
  readonly digest: string;
}

export interface EndOptions {
  /** `part`: only the journal's newest record is given. */
  readonly extent: "whole" | "part";
  /** The contracts in the store that have a head. */
  readonly contracts: ReadonlySet<string>;
}

/** Whether the newest record and the set of journals are those that the head was sealed with. */
export function faultAtEnd(
  last: Place | null,
  head: JournalHead | null,
  { extent, contracts }: EndOptions,
  seals: Seals,
): JournalFault | null {
  if (head === null) {
    const what = "the journal has no head: it was removed, perhaps together with the newest records";
    return last === null ? null : journalFault("altered", what);
  }
  const { fault } = checkHead(head, seals);
  if (fault !== null) return altered(fault);
  const sequence = numberOf(head.sequence);
  const from = last?.sequence ?? 0;
  if (sequence > from) return removedRecords(extent === "part" && last === null ? sequence : from + 1, sequence);
  if (last === null) return altered("it names no record");
  if (sequence < from) {
    const what = `the journal's head is record ${head.sequence}: this one was inserted, or the head was set back`;
    return recordFault("inserted", last.run, what);
  }
  if (head.recordDigest !== last.digest) {
    return recordFault("altered", last.run, "the journal's head has another digest for it");
  }
  if (head.recordKey !== (last.run.record_key ?? null)) return altered("its key is not that of the newest record");
  const gone = contractsOf(head).filter((id) => !contracts.has(id));
  return gone.length === 0 ? null : journalFault("removed", `the whole journal is gone of contract ${gone.join(", ")}`);
}

function altered(what: string): JournalFault {
  return journalFault("altered", `the head of the journal was altered: ${what}`);
}
