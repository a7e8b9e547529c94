import { digestOf, digestOfUnsealed, type JournalHead, numberOf, type Seals } from "./journal.js";
import { type RunColumns, SEAL_COLUMNS } from "./run-columns.js";
import { checkHead, checkSeal, type Proof } from "./seal.js";

/** The first place where a journal is not what was written. */
export interface JournalFault {
  readonly kind: "altered" | "removed" | "inserted";
  /** The record's number; null: it has none. */
  readonly sequence: number | null;
  readonly runId: string | null;
  readonly startedAt: string | null;
  readonly what: string;
}

/** The result for the records of one contract. */
export interface JournalCheck {
  readonly contractId: string;
  /** Records in the journal, and records older than sealing, whose digest the journal's first record holds. */
  readonly records: number;
  readonly unsealed: number;
  /** How many of the journal's records have an HMAC that was checked. */
  readonly proved: number;
  readonly fault: JournalFault | null;
  /** Why nothing is proved although nothing wrong was found; null: it is proved, or something is wrong. */
  readonly unproved: string | null;
  /** The newest record that no run will change any more, to be kept elsewhere. */
  readonly anchor: { readonly sequence: number; readonly digest: string } | null;
}

export interface VerifyOptions {
  /** `part`: only the journal's end is given; whatever precedes it is not checked. */
  readonly extent: "whole" | "part";
  /** Called with every journal record that is intact and in its place. */
  readonly onRecord?: (run: RunColumns, digest: string) => void;
}

type Place = { readonly sequence: number; readonly run: RunColumns; readonly digest: string };

/** Verifies one contract's records: first those without a number, then in the order of their numbers. */
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
    if (left.length > 0) this.#found("altered", run, `it has ${left.join(", ")}, but no number`);
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

  /** Of two records with one number, the one whose seal is wrong was inserted. */
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
    const what = `record ${sequence} was not written after this record but after another (previous_digest)`;
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

  /** The first record holds one digest of all records that were there before it. */
  #beforeTheChain(first: RunColumns): void {
    const later = this.#unsealed.find(({ run }) => first.previous_digest == null || !startedBefore(run, first));
    if (later !== undefined) {
      this.#found("inserted", later.run, "it has no seal, and did not exist when the journal began");
      return;
    }
    const what = `the ${this.#unsealed.length} records without a seal are not those that existed when the journal began: one of them was altered, removed or inserted`;
    this.#fault ??= { kind: "altered", sequence: null, runId: null, startedAt: null, what };
  }

  /** Keys only advance: none, earlier ones, the current one. A record that falls back was made without the key. */
  #keyMayFollow(run: RunColumns, proof: Proof): boolean {
    if (proof === "unknown-key") this.#unknownKey ??= run.record_key ?? null;
    const last = this.#lastProof;
    const fallsBack =
      (last === "current-key" && proof !== "current-key") ||
      (last !== null && last !== "digest-only" && proof === "digest-only");
    if (!fallsBack) return true;
    const sealed = proof === "digest-only" ? "without a key" : `with another key (${run.record_key})`;
    this.#found("altered", run, `it is sealed ${sealed}, but the one before it with key ${this.#last?.run.record_key}`);
    return false;
  }

  /** Call after the last record. @param head null: the journal has none */
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

  /** A record beyond the journal's end whose seal is wrong was never part of the journal. */
  #whetherInserted(fault: JournalFault, head: JournalHead | null): JournalFault {
    const isBehind = head !== null && fault.sequence !== null && fault.sequence > numberOf(head.sequence);
    if (fault.kind !== "altered" || !isBehind || checkHead(head, this.#seals).fault !== null) return fault;
    return { ...fault, kind: "inserted" };
  }

  #checkEnd(head: JournalHead | null): void {
    const last = this.#last;
    if (head === null) {
      if (last === null) return;
      return this.#headFault("the journal has no head: it was removed, perhaps together with the newest records");
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
      this.#headFault("the head of the journal was altered: its key is not that of the newest record");
    }
  }

  #unproved(): string | null {
    const { current, previous } = this.#seals;
    if (this.#records === 0) {
      if (this.#unsealed.length === 0) return "there are no records";
      return "no record has a seal: they are all older than sealing, or the seals were removed";
    }
    if (this.#unknownKey !== null) {
      const where = current === null && previous.length === 0 ? "auth.recordKey" : "auth.previousRecordKeys";
      return `records are sealed with a key that is not configured here (id ${this.#unknownKey}): add it to ${where}`;
    }
    if (current !== null && this.#proved === 0) {
      return "auth.recordKey is configured, but no record is sealed with it: anyone who can write to the table could have made them";
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
