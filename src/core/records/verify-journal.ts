import { digestOf, digestOfUnsealed, type JournalHead, numberOf, type Seals } from "./journal.js";
import { type RunColumns, SEAL_COLUMNS } from "./run-columns.js";
import { checkHead, checkSeal, type Proof } from "./seal.js";

/** Where a journal is first found not to be what was written. */
export interface JournalFault {
  readonly kind: "altered" | "removed" | "inserted";
  /** The record's number; null where it has none. */
  readonly sequence: number | null;
  readonly runId: string | null;
  readonly startedAt: string | null;
  readonly what: string;
}

/** What was found out about the records of one contract. */
export interface JournalCheck {
  readonly contractId: string;
  /** Records in the journal, and those from before sealing, which the first of the journal vouches for. */
  readonly records: number;
  readonly unsealed: number;
  /** How many of the journal's records carry an HMAC that was checked. */
  readonly proved: number;
  readonly fault: JournalFault | null;
  /** Why nothing was found, and yet nothing is proved; null when that is not so. */
  readonly unproved: string | null;
  /** The newest record that no run will change any more: what to keep elsewhere. */
  readonly anchor: { readonly sequence: number; readonly digest: string } | null;
}

export interface VerifyOptions {
  /** `part`: only the journal's end is given, from some record on; what stands before it is not looked at. */
  readonly extent: "whole" | "part";
  /** Told of every record of the journal that is in order, by itself and in its place. */
  readonly onRecord?: (run: RunColumns, digest: string) => void;
}

type Place = { readonly sequence: number; readonly run: RunColumns; readonly digest: string };

/** Walks one contract's records: those without a number first, then in the order of their numbers. */
export class JournalVerifier {
  readonly #contractId: string;
  readonly #seals: Seals;
  readonly #options: VerifyOptions;
  readonly #unsealed: { readonly run: RunColumns; readonly digest: string }[] = [];
  #last: Place | null = null;
  #settled: JournalCheck["anchor"] = null;
  #records = 0;
  #proved = 0;
  #lastProof: Proof | null = null;
  #unknownKey: string | null = null;
  #fault: JournalFault | null = null;

  constructor(contractId: string, seals: Seals, options: VerifyOptions = { extent: "whole" }) {
    this.#contractId = contractId;
    this.#seals = seals;
    this.#options = options;
  }

  add(run: RunColumns): void {
    if (run.sequence == null) this.#addUnsealed(run);
    else this.#addSealed(run);
  }

  #addUnsealed(run: RunColumns): void {
    const left = SEAL_COLUMNS.filter((name) => run[name] != null);
    if (left.length > 0) this.#found("altered", run, `it has ${left.join(", ")}, and no number`);
    this.#unsealed.push({ run, digest: digestOf(run, this.#seals) });
  }

  #addSealed(run: RunColumns): void {
    this.#records += 1;
    const sequence = numberOf(run.sequence);
    if (this.#fault !== null) return this.#addAfterFault(this.#fault, sequence, run);
    if (sequence === 0) return this.#found("altered", run, `its number is ${JSON.stringify(run.sequence)}`);
    const check = checkSeal(run, this.#seals);
    const isSecond = sequence === this.#last?.sequence;
    if (check.fault !== null) return this.#found(isSecond ? "inserted" : "altered", run, check.fault);
    if (isSecond) return this.#found("inserted", run, `there are two records number ${sequence}`);
    if (!this.#fitsBefore(sequence, run)) return;
    if (!this.#keyMayFollow(run, check.proof)) return;
    if (check.proof === "current-key" || check.proof === "previous-key") this.#proved += 1;
    this.#lastProof = check.proof;
    if (this.#last !== null) this.#settled = { sequence: this.#last.sequence, digest: this.#last.digest };
    this.#last = { sequence, run, digest: check.digest };
    this.#options.onRecord?.(run, check.digest);
  }

  /** Of two with one number, the one that is not sealed as it should be is the one that was put beside the other. */
  #addAfterFault(fault: JournalFault, sequence: number, run: RunColumns): void {
    if (fault.kind !== "altered" || fault.sequence !== sequence || fault.runId === run.run_id) return;
    if (checkSeal(run, this.#seals).fault === null) this.#fault = { ...fault, kind: "inserted" };
  }

  /** Whether the record follows what came before it. */
  #fitsBefore(sequence: number, run: RunColumns): boolean {
    if (this.#last === null) return this.#options.extent === "part" || this.#fitsBeginning(sequence, run);
    if (sequence !== this.#last.sequence + 1) {
      this.#removed(this.#last.sequence + 1, sequence - 1);
      return false;
    }
    if (run.previous_digest === this.#last.digest) return true;
    const what = `record ${sequence} was written after another record than this one (previous_digest)`;
    this.#found("altered", this.#last.run, what);
    return false;
  }

  #fitsBeginning(sequence: number, run: RunColumns): boolean {
    if (sequence > 1) {
      this.#removed(1, sequence - 1);
      return false;
    }
    const expected = digestOfUnsealed(
      this.#unsealed.map(({ digest }) => digest),
      this.#seals,
    );
    if ((run.previous_digest ?? null) === expected) return true;
    this.#beforeTheChain(run);
    return false;
  }

  /** The first record vouches for those that were there before it, as a whole. */
  #beforeTheChain(first: RunColumns): void {
    const later = this.#unsealed.find(({ run }) => first.previous_digest == null || !startedBefore(run, first));
    if (later !== undefined) {
      this.#found("inserted", later.run, "it has no seal, and was not there when the journal began");
      return;
    }
    const what = `the ${this.#unsealed.length} records without a seal are not those that were there when the journal began: one of them was altered, removed or inserted`;
    this.#fault ??= { kind: "altered", sequence: null, runId: null, startedAt: null, what };
  }

  /** Keys follow each other: none, earlier ones, the current one. A record that falls back was made by somebody without it. */
  #keyMayFollow(run: RunColumns, proof: Proof): boolean {
    if (proof === "unknown-key") this.#unknownKey ??= run.record_key ?? null;
    const last = this.#lastProof;
    const fallsBack =
      (last === "current-key" && proof !== "current-key") ||
      (last !== null && last !== "digest-only" && proof === "digest-only");
    if (!fallsBack) return true;
    const sealed = proof === "digest-only" ? "without a key" : `with another key (${run.record_key})`;
    this.#found("altered", run, `it is sealed ${sealed}, the one before it with key ${this.#last?.run.record_key}`);
    return false;
  }

  /** Nothing more comes. @param head null: the journal has none */
  end(head: JournalHead | null): JournalCheck {
    if (this.#fault === null) this.#checkEnd(head);
    else this.#fault = this.#whetherInserted(this.#fault, head);
    const isOpen = this.#last?.run.status === "RUNNING";
    const last = this.#last === null ? null : { sequence: this.#last.sequence, digest: this.#last.digest };
    return {
      contractId: this.#contractId,
      records: this.#records,
      unsealed: this.#unsealed.length,
      proved: this.#proved,
      fault: this.#fault,
      unproved: this.#fault === null ? this.#unproved() : null,
      anchor: this.#fault !== null ? null : isOpen ? this.#settled : last,
    };
  }

  /** What is not sealed as it should be, and stands behind the end of the journal, was never one of its records. */
  #whetherInserted(fault: JournalFault, head: JournalHead | null): JournalFault {
    const isBehind = head !== null && fault.sequence !== null && fault.sequence > numberOf(head.sequence);
    if (fault.kind !== "altered" || !isBehind || checkHead(head, this.#seals).fault !== null) return fault;
    return { ...fault, kind: "inserted" };
  }

  #checkEnd(head: JournalHead | null): void {
    const last = this.#last;
    if (head === null) {
      if (last === null) return;
      return this.#headFault("the journal has no head: it was removed, and with it perhaps the newest records");
    }
    const check = checkHead(head, this.#seals);
    if (check.fault !== null) return this.#headFault(`the head of the journal was altered: ${check.fault}`);
    const sequence = numberOf(head.sequence);
    const from = last?.sequence ?? 0;
    if (sequence > from)
      return this.#removed(this.#options.extent === "part" && last === null ? sequence : from + 1, sequence);
    if (last === null) return this.#headFault("the head of the journal was altered: it names no record");
    if (sequence < from) {
      const what = `the journal's head is record ${head.sequence}: this one was inserted, or the head was set back`;
      return this.#found("inserted", last.run, what);
    }
    if (head.recordDigest !== last.digest) {
      return this.#found("altered", last.run, "the journal's head has another digest for it");
    }
    if (head.recordKey !== (last.run.record_key ?? null)) {
      this.#headFault("the head of the journal was altered: it is sealed with another key than the newest record");
    }
  }

  #unproved(): string | null {
    const { current, previous } = this.#seals;
    if (this.#records === 0) {
      if (this.#unsealed.length === 0) return "there is no record";
      return "no record has a seal: they were all written before there were any, or the seals were removed";
    }
    if (this.#unknownKey !== null) {
      const where = current === null && previous.length === 0 ? "auth.recordKey" : "auth.previousRecordKeys";
      return `records are sealed with a key that is not configured here (id ${this.#unknownKey}): give it as ${where}`;
    }
    if (current !== null && this.#proved === 0) {
      return "auth.recordKey is configured, and no record is sealed with it: anybody who may write to the table could have made them";
    }
    return null;
  }

  #removed(first: number, last: number): void {
    const what = first === last ? `there is no record ${first}` : `there are no records ${first} to ${last}`;
    this.#fault ??= { kind: "removed", sequence: first, runId: null, startedAt: null, what };
  }

  #headFault(what: string): void {
    this.#fault ??= { kind: "altered", sequence: null, runId: null, startedAt: null, what };
  }

  #found(kind: JournalFault["kind"], run: RunColumns, what: string): void {
    const sequence = numberOf(run.sequence);
    this.#fault ??= {
      kind,
      sequence: sequence === 0 ? null : sequence,
      runId: run.run_id ?? null,
      startedAt: run.started_at ?? null,
      what,
    };
  }
}

/** Both are ISO 8601 in UTC. */
function startedBefore(run: RunColumns, other: RunColumns): boolean {
  return (run.started_at ?? "") < (other.started_at ?? "");
}
