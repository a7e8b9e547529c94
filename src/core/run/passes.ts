import type { Clock } from "../../ports/clock.js";
import type { ColumnValue } from "../../ports/db-client.js";
import type { OnChainClient } from "../../ports/on-chain-client.js";
import { Confirmation, type ReadRows, type RowSelection } from "../again/confirmation.js";
import { Suspects } from "../again/suspects.js";
import type { Layout } from "../contract/layout.js";
import { type NextId, readBeyondCounter, readNextId } from "../contract/next-id.js";
import { type Agreements, type Observation, Observer, type RowSnapshot, summaryOf } from "../look/observer.js";
import { onAbort } from "../look/on-abort.js";
import type { OnProgress } from "../look/run-progress.js";
import type { Findings } from "../report/findings.js";
import type { Violation } from "../report/report.js";
import { idOfOrphan, needsAnotherLook, orphanId, unchecked } from "../report/stream-outcome.js";
import type { Policy } from "../rules/judge.js";
import { Liabilities } from "../rules/liabilities.js";
import { type RowPlan, readLedger, rowOnChainId } from "../rules/mapping.js";
import { UnreadableValue } from "../values/field.js";
import { Completeness, duplicateRow } from "./completeness.js";
import { checkSolvency } from "./solvency.js";

export interface Reconciliation {
  readonly readRows: ReadRows;
  readonly chain: OnChainClient;
  readonly clock: Clock;
  readonly contractId: string;
  readonly layout: Layout;
  readonly plan: RowPlan;
  readonly policy: Policy;
  /** Reads that the chain is asked for at a time. */
  readonly concurrency: number;
  /** How often streams that differ are looked at again. */
  readonly confirm: number;
  /** The chain's ledger before the first read: L for rows that need no read. */
  readonly latestLedger: number;
  /** The chain source never changes. */
  readonly isStatic: boolean;
  /** The only stream ids that were asked for; null: all. */
  readonly only: readonly string[] | null;
  /** Leave out what the database does not know of. */
  readonly dbOnly: boolean;
  readonly signal?: AbortSignal;
  /** For ids that were asked for and not found: what may have been meant, as the end of a sentence. */
  readonly similarIds?: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** With more streams that differ than this, all rows are read again instead of theirs. For tests. */
  readonly selectAtMost?: number;
  /** Called after each batch, and before each further look. */
  readonly onProgress?: OnProgress;
  /** Called with each look at a stream, later ones included; of all streams, with those where there is something to say. */
  readonly onObservation?: (seen: Observation) => void;
}

/** One run's passes over the two sides, in the order of `reconcile`. */
export class Passes {
  readonly #run: Reconciliation;
  readonly #findings: Findings;
  readonly #observer: Observer;
  readonly #liabilities: Liabilities;
  /** Ids of which there can be more than was asked for are only looked for on full runs. */
  readonly #isFull: boolean;
  readonly #awaited: Set<string>;
  readonly #suspects = new Suspects();
  #completeness = new Completeness(null);
  #confirmation: Confirmation | null = null;
  #greatestCursor: number | null = null;
  #toldOfCursor = false;
  /** What the contract keeps where its counter should be; null where that is. */
  #absentCounter: string | null = null;
  /** Whether the source tells times to live. */
  #tellsLifetimes = false;

  constructor(run: Reconciliation, findings: Findings) {
    const { signal } = run;
    const chain = noting(run.chain, (ledger) => findings.sawLedger(ledger));
    this.#run = { ...run, chain };
    this.#findings = findings;
    this.#observer = new Observer({ ...this.#run, read: signal === undefined ? {} : { signal } });
    this.#liabilities = new Liabilities(run.layout);
    this.#isFull = run.only === null;
    this.#awaited = new Set(run.only);
  }

  /** Reads the contract's counter first, so that every stream below it must be there when it is read later. */
  async counter(): Promise<void> {
    if (!this.#isFull) return;
    if (this.#run.dbOnly) {
      const message = "only the database's rows were checked (--db-only); streams that it lacks were not looked for";
      return this.#findings.addNotice("db_only", message);
    }
    const counter = await this.#readCounter();
    if (counter === null) {
      const message = `layout "${this.#run.layout.name}" does not say where the next id is kept (nextId), so streams that the database lacks were not looked for`;
      return this.#findings.addNotice("missing_rows_not_checked", message);
    }
    if (counter.kind === "unknown") {
      const message = `${counter.message}; streams that the database lacks could not be looked for (--db-only does without)`;
      return this.#findings.addError("next_id_unknown", message);
    }
    if (counter.kind === "absent") {
      const message = `${counter.message}; streams that the database lacks were looked for among the ids around its own`;
      this.#findings.addNotice("contract_missing", message);
    }
    this.#completeness = new Completeness(counter);
    this.#absentCounter = counter.kind === "known" ? (counter.absence ?? null) : null;
  }

  async rows(): Promise<void> {
    const { only } = this.#run;
    await this.#readRows(only === null ? null : { by: "streamId", values: only });
    await this.#chainIdsAskedFor();
    if (this.#awaited.size === 0) return;
    const column = this.#run.plan.columns[this.#run.plan.streamIdIndex];
    const similar = await this.#run.similarIds?.([...this.#awaited]);
    for (const streamId of this.#awaited) {
      const id = idOfOrphan(streamId);
      const message =
        id === null
          ? `the database has no row whose ${column} is ${JSON.stringify(streamId)}${similar?.get(streamId) ?? ""}`
          : `neither the database nor the contract has a stream ${id}`;
      this.#findings.add(unchecked(streamId, "stream_not_found", message));
    }
  }

  async #readRows(selection: RowSelection): Promise<void> {
    const snapshot = await this.#openRows(selection);
    for await (const batch of this.#observer.rows(snapshot, this.#isFull ? this.#agreements : null)) {
      this.#findings.rows += batch.length;
      for (const seen of batch) this.#takeRow(seen);
      this.#tellProgress();
      await this.#room();
    }
  }

  /** What is counted of a stream about which there is nothing to say. */
  readonly #agreements: Agreements = {
    // A second row for the stream, and a stream beyond the counter, are findings.
    mayTake: (onChainId) => this.#completeness.isCounted(onChainId) && !this.#completeness.hasRow(onChainId),
    take: ({ onChainId, synced, liveUntil, facts }) => {
      this.#findings.addAgreement();
      this.#takeCursor(synced);
      this.#completeness.addId(onChainId);
      this.#liabilities.addFacts(facts);
      this.#tellsLifetimes ||= liveUntil !== null;
    },
  };

  async #openRows(selection: RowSelection): Promise<RowSnapshot> {
    const snapshot = await this.#run.readRows(selection);
    this.#takeGlobalCursor(snapshot);
    if (snapshot.globalCursor === undefined && this.#run.plan.cursorIndex === null) this.#noCursor();
    return snapshot;
  }

  #tellProgress(): void {
    const seen = this.#findings.seen + this.#suspects.count;
    this.#run.onProgress?.({ phase: "comparing", seen, total: this.#run.only?.length ?? this.#completeness.expected });
  }

  #noCursor(): void {
    if (this.#toldOfCursor) return;
    this.#toldOfCursor = true;
    const message = `no cursor is configured, so how far the database has come is unknown: what the chain changed within the last ${this.#run.policy.maxLagLedgers} ledgers counts as lag, not as drift`;
    this.#findings.addNotice("no_cursor", message);
  }

  /** The report calls a stream without a row `on-chain:<id>`, so that is what people ask for. */
  async #chainIdsAskedFor(): Promise<void> {
    const limit = this.#observer.greatestId;
    const ids = () => [...this.#awaited].map(idOfOrphan).filter((id): id is bigint => id !== null && id <= limit);
    if (ids().length === 0) return;
    await this.#readRows({ by: "onChainId", values: ids().map(String) });
    if (ids().length === 0) return;
    const spelled = await this.#readAllRows(ids());
    if (spelled.length > 0) await this.#readRows({ by: "onChainId", values: spelled });
    if (ids().length === 0) return;
    for await (const batch of this.#observer.ids(ids(), this.#greatestCursor)) {
      for (const seen of batch) if (seen.outcome !== null) this.#take(seen);
    }
  }

  /**
   * A missing row is judged by the greatest cursor of all rows, also when only a few were asked for.
   * @returns how rows write these ids that were not found as they are usually written: "007"
   */
  async #readAllRows(wanted: readonly bigint[]): Promise<string[]> {
    const { plan } = this.#run;
    const ids = new Set(wanted);
    const spelled: string[] = [];
    const { pages } = await this.#run.readRows(null);
    for await (const page of pages) {
      for (const row of page) {
        if (plan.cursorIndex !== null) this.#takeCursor(cursorOf(row[plan.cursorIndex]!));
        const id = rowOnChainId(row, plan);
        if (id !== null && ids.has(id)) spelled.push(String(row[plan.onChainIdIndex]));
      }
    }
    return spelled;
  }

  #takeCursor(synced: number | null): void {
    if (synced !== null) this.#greatestCursor = Math.max(this.#greatestCursor ?? 0, synced);
  }

  async streamsWithoutRow(): Promise<void> {
    if (!this.#completeness.isPlausible && this.#completeness.nextId === null) {
      const message =
        "without a counter, and with ids so far apart, streams that the database lacks were not looked for";
      return this.#findings.addNotice("missing_rows_not_checked", message);
    }
    if (!this.#completeness.isPlausible) {
      const { span } = this.#completeness;
      const message = `the contract's ids span ${span}, more than can be gone through; streams that the database lacks were not looked for: check nextId in the layout, and the contract (--db-only does without)`;
      return this.#findings.addError("next_id_implausible", message);
    }
    for await (const batch of this.#observer.ids(this.#completeness.idsWithoutRow(), this.#greatestCursor)) {
      for (const seen of batch) this.#take(seen);
      this.#tellProgress();
      await this.#room();
    }
  }

  /** Findings that nobody takes pile up in memory: so the run waits for whoever reads them, unless it is to end. */
  async #room(): Promise<void> {
    const { signal } = this.#run;
    const backlog = this.#findings.backlog();
    if (backlog === null || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const forget = signal === undefined ? () => {} : onAbort(signal, resolve);
      void backlog.then(() => {
        forget();
        resolve();
      });
    });
  }

  async confirm(): Promise<void> {
    const { run, confirmation } = { run: this.#run, confirmation: this.#startConfirmation() };
    for await (const outcome of confirmation.dismiss()) {
      this.#findings.add(outcome);
      await this.#room();
    }
    if (confirmation.unconfirmed !== null) this.#findings.addNotice("unconfirmed", confirmation.unconfirmed);
    if (run.confirm === 0 && confirmation.counts.found > 0) {
      this.#findings.addNotice("unconfirmed", "what differs was looked at once only (--confirm 0)");
    }
  }

  /** Adds the verdicts that stand, also when the run ended early. */
  async conclude(): Promise<void> {
    const confirmation = this.#startConfirmation();
    if (!confirmation.isComplete && confirmation.counts.found > 0) {
      const message = "the run ended before the streams that differ had been looked at again often enough";
      this.#findings.addNotice("unconfirmed", message);
    }
    for (const outcome of confirmation.conclude()) {
      this.#findings.add(outcome);
      await this.#room();
    }
    this.#findings.confirmation = confirmation.counts;
    await this.#concludeHoles();
    this.#concludeLayout();
  }

  /** What could not be checked because the layout is another contract's: once for all streams, with what to do. */
  #concludeLayout(): void {
    const misfit = this.#observer.misfits.message;
    if (misfit !== null) this.#findings.addNotice("layout_does_not_fit", misfit);
    if (this.#absentCounter === null || !this.#completeness.hasRows) return;
    const message = `layout "${this.#run.layout.name}" may not fit: ${this.#absentCounter}`;
    this.#findings.addNotice("layout_does_not_fit", message);
  }

  /** A snapshot file that tells no times to live leaves evicted entries out, too: what it lacks may still exist (facts F). */
  async #concludeHoles(): Promise<void> {
    if (!this.#countsIds) return;
    const isWeakEvidence = this.#run.isStatic && !this.#tellsLifetimes;
    for (const hole of this.#completeness.holes()) {
      const { streamId, message } = hole;
      if (isWeakEvidence) this.#findings.addRemark({ streamId, code: "not_in_snapshot", message });
      else this.#addViolation(hole);
      await this.#room();
    }
  }

  /** Streams beyond the counter may just have been created: the counter is read again before they count as wrong. */
  async countAgain(): Promise<void> {
    const { nextId } = this.#completeness;
    const { chain, layout, contractId } = this.#run;
    if (nextId === null || layout.nextId === undefined) return;
    const counting = { ...layout, nextId: layout.nextId };
    const { counter, beyond } = await readBeyondCounter(chain, counting, contractId, nextId, this.#readOptions);
    if (counter.kind !== "known") return this.#findings.addError("next_id_unknown", counter.message);
    const isAbsent = counter.absence !== undefined && !this.#countsIds;
    for (const found of this.#completeness.beyondCounter(counter, beyond)) {
      if (isAbsent) {
        const message = `the contract has streams, but no counter where layout "${layout.name}" has it (nextId): streams that the database lacks could not be looked for`;
        return this.#findings.addError("next_id_unknown", message);
      }
      this.#addViolation(found);
      await this.#room();
    }
  }

  async solvency(): Promise<void> {
    const { layout, dbOnly } = this.#run;
    const { ledger } = this.#findings;
    if (!this.#isFull || dbOnly || ledger === null || !layout.invariants?.includes("solvent")) return;
    const isCountable = this.#completeness.nextId !== null && this.#completeness.isPlausible;
    if (!isCountable) this.#liabilities.isComplete = false;
    const options = { ...this.#run, read: this.#readOptions, isCountable };
    for (const found of await checkSolvency(this.#liabilities, ledger.first, options)) {
      if (found.kind === "insolvent") this.#addViolation(found.violation);
      if (found.kind === "undecided") this.#findings.addNotice("solvency_undecided", found.message);
    }
  }

  /** Without a cursor nothing can be called drift before it is old: that must be known. */
  #takeGlobalCursor({ globalCursor }: RowSnapshot): void {
    if (globalCursor === undefined || this.#toldOfCursor) return;
    try {
      this.#greatestCursor = readLedger(globalCursor);
      if (this.#greatestCursor !== null) return;
      const message = "the cursor's table has no value, so how far the database has come is unknown";
      this.#findings.addError("cursor_missing", message);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      this.#findings.addError("cursor_unreadable", `the cursor cannot be read: ${error.message}`);
    }
    // Said once, however often the database is opened.
    this.#toldOfCursor = true;
  }

  #takeRow(seen: Observation): void {
    if (seen.onChainId !== null && this.#awaited.size > 0) this.#awaited.delete(orphanId(seen.onChainId));
    this.#takeCursor(seen.synced);
    if (this.#completeness.addRow(seen)) return this.#take(seen);
    this.#awaited.delete(seen.streamId);
    this.#addViolation(duplicateRow(seen.streamId, seen.onChainId!));
    this.#judge(seen);
  }

  /** A stream that was not seen before. */
  #take(seen: Observation): void {
    this.#awaited.delete(seen.streamId);
    if (seen.chain?.kind === "stream") {
      // What lies beyond the counter is a finding of its own, or new: then its money is new, too.
      if (this.#completeness.isCounted(seen.onChainId)) this.#liabilities.add(seen.chain.stream);
      this.#tellsLifetimes ||= seen.chain.liveUntil !== null;
    } else if (seen.chain?.kind !== "missing") {
      this.#liabilities.isComplete = false;
    }
    this.#completeness.note(seen);
    this.#judge(seen);
  }

  #judge(seen: Observation): void {
    this.#run.onObservation?.(seen);
    if (seen.outcome === null) return;
    if (needsAnotherLook(seen.outcome)) this.#suspects.add(summaryOf(seen));
    else this.#findings.add(seen.outcome);
  }

  /** A violation that no single stream shows by itself. */
  #addViolation(found: Violation): void {
    const ignored = this.#run.policy.ignore.notice(found);
    if (ignored === null) this.#findings.addViolation(found);
    else this.#findings.addRemark(ignored);
  }

  #startConfirmation(): Confirmation {
    this.#confirmation ??= new Confirmation(this.#suspects, {
      ...this.#run,
      readRows: (selection) => this.#openRows(selection),
      observer: this.#observer,
      rounds: this.#run.confirm,
      maxLagLedgers: this.#run.policy.maxLagLedgers,
      greatestCursor: () => this.#greatestCursor,
      hadRow: (onChainId) => this.#completeness.hasRow(onChainId),
      onLook: (seen) => this.#look(seen),
      onProgress: this.#run.onProgress ?? (() => {}),
      read: this.#readOptions,
    });
    return this.#confirmation;
  }

  /** A later look: it counts for the ledgers and cursors, not for what was counted already. */
  #look(seen: Observation): void {
    this.#run.onObservation?.(seen);
    this.#takeCursor(seen.synced);
  }

  get #countsIds(): boolean {
    return this.#run.layout.invariants?.includes("ids_complete") ?? false;
  }

  async #readCounter(): Promise<NextId | null> {
    const { chain, layout, contractId } = this.#run;
    if (layout.nextId === undefined) return null;
    return readNextId(chain, { ...layout, nextId: layout.nextId }, contractId, this.#readOptions);
  }

  get #readOptions() {
    return this.#run.signal === undefined ? {} : { signal: this.#run.signal };
  }
}

/** The same client, which tells at which ledgers it read: the report's first and last are true of every read. */
function noting(chain: OnChainClient, note: (ledger: number) => void): OnChainClient {
  return {
    maxKeysPerRead: chain.maxKeysPerRead,
    describe: (options) => chain.describe(options),
    latestLedger: (options) => chain.latestLedger(options),
    close: () => chain.close(),
    async readEntries(keys, options) {
      const batch = await chain.readEntries(keys, options);
      note(batch.ledger);
      return batch;
    },
  };
}

/** A row's cursor; a row whose cursor cannot be read says nothing here. */
function cursorOf(raw: ColumnValue): number | null {
  try {
    return readLedger(raw);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}
