import { digestOf, digestOfUnsealed, type JournalHead, reportDigestOf, type Seals } from "./journal.js";
import type { Explanation, JournalAsFound, JournalCheck } from "./journal-check.js";
import { faultAtEnd, type Place } from "./journal-end.js";
import { faultText, type JournalFault, journalFault, recordFault, removedRecords } from "./journal-fault.js";
import { type JournalNote, noteOf, type Settlement } from "./journal-note.js";
import { line, numberOf, type RunColumns, SEAL_COLUMNS, sealedText } from "./run-columns.js";
import { checkHead, checkSeal, type Proof } from "./seal.js";

export interface VerifyOptions {
  /** `part`: only the journal's newest record is given; whatever precedes it is not checked. */
  readonly extent: "whole" | "part";
  /** Called with every journal record whose own seal is in order. */
  readonly onRecord?: (run: RunColumns, digest: string) => void;
  /** Called wherever records are not what was written, explained or not. */
  readonly onDamage?: () => void;
}

/** Verifies one contract's records: first those without a number, then in the order of their numbers. */
export class JournalVerifier {
  readonly #contractId: string;
  readonly #seals: Seals;
  readonly #options: VerifyOptions;
  readonly #unsealed: { readonly run: RunColumns; readonly digest: string }[] = [];
  #last: Place | null = null;
  /** A record that is not what was sealed: the next one shows whether the place is its own. */
  #suspect: Place | null = null;
  #settled: JournalCheck["anchor"] = null;
  /** Since which record all are sealed with the same key. */
  #era: { readonly first: RunColumns; readonly proof: Proof } | null = null;
  #records = 0;
  #proved = 0;
  #unknownKey: string | null = null;
  /** The first of each, since the last explanation. */
  #damage: JournalFault | null = null;
  #unkeyed: JournalFault | null = null;
  #breaks: { readonly run: RunColumns; readonly found: JournalFault }[] = [];
  readonly #explained: Explanation[] = [];
  #state = "";
  #beforeKey: JournalAsFound["beforeKey"] = { from: null, last: null };

  constructor(contractId: string, seals: Seals, options: VerifyOptions = { extent: "whole" }) {
    this.#contractId = contractId;
    this.#seals = seals;
    this.#options = options;
  }

  add(run: RunColumns): void {
    if (run.sequence == null) this.#addUnsealed(run);
    else this.#addSealed(run);
    const stored = ["record_digest", "record_hmac"].map((name) => line(name, run[name] ?? null)).join("");
    const report = line("report", reportDigestOf(run, this.#seals));
    this.#state = this.#seals.digest(`${this.#state}\n${sealedText(run)}${stored}${report}`);
  }

  #addUnsealed(run: RunColumns): void {
    const left = SEAL_COLUMNS.filter((name) => run[name] != null);
    if (left.length > 0) this.#found(recordFault("altered", run, `it has ${left.join(", ")}, but no number`));
    this.#unsealed.push({ run, digest: digestOf(run, this.#seals) });
  }

  #addSealed(run: RunColumns): void {
    this.#records += 1;
    const sequence = numberOf(run.sequence);
    if (sequence === 0)
      return this.#found(recordFault("altered", run, `its number is ${JSON.stringify(run.sequence)}`));
    const { fault, digest, proof } = checkSeal(run, this.#seals);
    const place = { sequence, run, digest };
    if (fault !== null) return this.#suspected(place, fault);
    this.#placeSuspect(sequence);
    if (sequence === this.#last?.sequence) {
      return this.#found(recordFault("inserted", run, `there are two records number ${sequence}`));
    }
    this.#checkBefore(place);
    const note = noteOf(run);
    const keyFault = this.#keyFault(run, proof, note);
    if (keyFault !== null) return this.#suspected(place, keyFault);
    this.#append(place, proof);
    if (note?.break !== undefined) this.#breaks.push({ run, found: note.break });
    if (note?.settles !== undefined) this.#settle(place, note.settles);
    this.#options.onRecord?.(run, digest);
  }

  #append(place: Place, proof: Proof): void {
    if (proof === "current-key" || proof === "previous-key") this.#proved += 1;
    if (this.#last !== null) this.#settled = { sequence: this.#last.sequence, digest: this.#last.digest };
    this.#last = place;
    if (proof === "current-key") return;
    const { sequence, digest } = place;
    this.#beforeKey = { from: place.run.record_key ?? null, last: { sequence, digest } };
  }

  #suspected(place: Place, fault: string): void {
    if (this.#suspect?.sequence !== place.sequence) this.#placeSuspect(place.sequence);
    const isSecond = place.sequence === this.#last?.sequence;
    this.#found(recordFault(isSecond ? "inserted" : "altered", place.run, fault));
    // Its successor names the digest that was stored.
    if (!isSecond) this.#suspect ??= { ...place, digest: place.run.record_digest ?? place.digest };
  }

  /** Of two records with one number, the one whose seal is wrong was inserted. */
  #placeSuspect(sequence: number): void {
    const suspect = this.#suspect;
    if (suspect === null) return;
    if (suspect.sequence === sequence) this.#wasInserted(suspect);
    else this.#last = suspect;
    this.#suspect = null;
  }

  #wasInserted({ run }: Place): void {
    const fault = this.#damage;
    if (fault?.kind === "altered" && fault.runId === run.run_id) this.#damage = { ...fault, kind: "inserted" };
  }

  /** Whether the record follows what came before it. */
  #checkBefore({ sequence, run }: Place): void {
    const last = this.#last;
    if (last === null) {
      if (this.#options.extent === "whole") this.#checkBeginning(sequence, run);
    } else if (sequence !== last.sequence + 1) {
      this.#found(removedRecords(last.sequence + 1, sequence - 1));
    } else if (run.previous_digest !== last.digest) {
      const what = `record ${sequence} was not written after this record but after another (previous_digest)`;
      this.#found(recordFault("altered", last.run, what));
    }
  }

  /** The first record holds one digest of all records that were there before it. */
  #checkBeginning(sequence: number, first: RunColumns): void {
    if (sequence > 1) return this.#found(removedRecords(1, sequence - 1));
    const digests = this.#unsealed.map(({ digest }) => digest);
    if ((first.previous_digest ?? null) === digestOfUnsealed(digests, this.#seals)) return;
    const later = this.#unsealed.find(({ run }) => first.previous_digest == null || !startedBefore(run, first));
    if (later !== undefined) {
      const what = "it has no seal, and did not exist when the journal began";
      return this.#found(recordFault("inserted", later.run, what));
    }
    const what = `the ${digests.length} records without a seal are not those that existed when the journal began: one of them was altered, removed or inserted`;
    this.#found(journalFault("altered", what));
  }

  /** Keys only advance: none, earlier ones, the current one. A record that falls back was made without the key. */
  #keyFault(run: RunColumns, proof: Proof, note: JournalNote | null): string | null {
    if (proof === "unknown-key") this.#unknownKey ??= run.record_key ?? null;
    const key = run.record_key ?? null;
    const era = this.#era;
    if (era !== null && (era.first.record_key ?? null) === key) return null;
    if (era !== null && fallsBack(era.proof, proof)) {
      const sealed = key === null ? "without a key" : `with another key (${key})`;
      return `it is sealed ${sealed}, but the one before it with key ${era.first.record_key}`;
    }
    // Before there were notes, a run took its key into use by itself.
    if (era !== null && note !== null && note.settles === undefined) this.#unkeyed ??= unkeyed(era.first);
    this.#era = { first: run, proof };
    return null;
  }

  /** What was found broken so far is explained, as long as it is what the explanation was sealed with. */
  #settle({ sequence, run }: Place, { state, found, reason, rekey }: Settlement): void {
    if (this.#options.extent === "whole" && state !== this.#state) {
      const what = "the records before it are no longer as they were when it was written to explain them";
      return this.#found(recordFault("altered", run, what));
    }
    const { run_id: runId = null, started_at: at = null, requested_by: by = null } = run;
    this.#explained.push({ sequence, runId, at, by, found, reason, rekey });
    this.#damage = null;
    this.#unkeyed = null;
    this.#breaks = [];
  }

  /**
   * Call after the last record.
   * @param head null: the journal has none
   * @param contracts the contracts in the store that have a head
   */
  end(head: JournalHead | null, contracts: ReadonlySet<string>): JournalCheck & { readonly asFound: JournalAsFound } {
    this.#endSuspect(head);
    const isCurrent = this.#era?.proof === "current-key" || this.#era?.proof === "unknown-key";
    if (this.#seals.current !== null && this.#era !== null && !isCurrent) this.#unkeyed ??= unkeyed(this.#era.first);
    const atEnd = faultAtEnd(this.#last, head, { extent: this.#options.extent, contracts }, this.#seals);
    const fault = this.#damage ?? atEnd ?? this.#unkeyed ?? this.#firstBreak();
    const last = this.#last === null ? null : { sequence: this.#last.sequence, digest: this.#last.digest };
    const isOpen = this.#last?.run.status === "RUNNING";
    const isOnlyUnkeyed =
      this.#damage === null && atEnd === null && this.#breaks.every(({ found }) => found.kind === "unkeyed");
    return {
      contractId: this.#contractId,
      records: this.#records,
      unsealed: this.#unsealed.length,
      proved: this.#proved,
      fault,
      explained: this.#explained,
      unproved: fault === null ? this.#unproved() : null,
      anchor: fault !== null ? null : isOpen ? this.#settled : last,
      asFound: { state: this.#state, isOnlyUnkeyed, beforeKey: this.#beforeKey },
    };
  }

  /** A record beyond the journal's end whose seal is wrong was never part of the journal. */
  #endSuspect(head: JournalHead | null): void {
    if (this.#suspect === null) return;
    const isBehind = head !== null && this.#suspect.sequence > numberOf(head.sequence);
    if (isBehind && checkHead(head, this.#seals).fault === null) this.#wasInserted(this.#suspect);
    else this.#last = this.#suspect;
  }

  #firstBreak(): JournalFault | null {
    const [first] = this.#breaks;
    return first === undefined
      ? null
      : recordFault("break", first.run, `it was written after ${faultText(first.found)}`);
  }

  #unproved(): string | null {
    const { current, previous } = this.#seals;
    if (this.#records === 0) {
      if (this.#unsealed.length === 0) return "there are no records";
      return "no record has a seal: they are all older than sealing, or the seals were removed";
    }
    if (this.#unknownKey === null) return null;
    const where = current === null && previous.length === 0 ? "auth.recordKey" : "auth.previousRecordKeys";
    return `records are sealed with a key that is not configured here (id ${this.#unknownKey}): add it to ${where}`;
  }

  #found(fault: JournalFault): void {
    this.#damage ??= fault;
    this.#options.onDamage?.();
  }
}

/** A record without the current key is proved by no more than the rekey record after it. */
function unkeyed(run: RunColumns): JournalFault {
  const sealed = run.record_key == null ? "without a key" : `with a key that was replaced (${run.record_key})`;
  const what = `it is sealed ${sealed}, and no rekey record says that auth.recordKey was taken into use after it`;
  return recordFault("unkeyed", run, what);
}

function fallsBack(last: Proof, next: Proof): boolean {
  return (last === "current-key" && next !== "current-key") || (last !== "digest-only" && next === "digest-only");
}

/** Both are ISO 8601 in UTC. */
function startedBefore(run: RunColumns, other: RunColumns): boolean {
  return (run.started_at ?? "") < (other.started_at ?? "");
}
