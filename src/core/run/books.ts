import type { Layout } from "../contract/layout.js";
import type { ChainStream } from "../contract/stream-struct.js";
import type { Observation } from "../look/observation.js";
import type { Findings } from "../report/findings.js";
import type { Agreement } from "../rules/agreement.js";
import { Liabilities } from "../rules/liabilities.js";
import type { StreamFacts } from "../rules/stream-facts.js";
import { AgreeingCursors } from "./agreeing-cursors.js";
import { Completeness } from "./completeness.js";

/**
 * What a run counts of the rows and streams that it sees. The fast path's agreements and everything else are booked by
 * the same two methods, so that a new counter is written once.
 */
export class Books {
  /** Which ids were seen on which side; ids are not counted until the contract's counter is known. */
  completeness = new Completeness(null);
  readonly liabilities: Liabilities;
  /** F: how far the database has come: the cursor of all rows, else the greatest of any row; null: unknown. */
  watermark: number | null = null;
  /** What the rows' cursors mean, told by the rows that agree. */
  readonly cursors = new AgreeingCursors();
  /** Rows whose cursor cannot be true: how many, and the first of them. */
  falseCursors: { readonly count: number; readonly streamId: string; readonly fault: string } | null = null;
  /** Whether the chain source tells times to live. */
  tellsLifetimes = false;
  /** Whether the chain has any stream. */
  hasStreams = false;
  /** In words, that the ledger lacks the contract itself; null: it has it, or that was not asked. */
  missingContract: string | null = null;
  readonly #findings: Findings;
  readonly #newestLedger: () => number;

  /** @param newestLedger that the node is known to have reached */
  constructor(layout: Layout, findings: Findings, newestLedger: () => number) {
    this.liabilities = new Liabilities(layout);
    this.#findings = findings;
    this.#newestLedger = newestLedger;
  }

  /** Whether a stream in agreement is all there is to book: a second row, or a stream beyond the counter, is a finding. */
  mayTake(onChainId: bigint): boolean {
    return this.completeness.isCounted(onChainId) && !this.completeness.hasRow(onChainId);
  }

  /** A row and its stream, about which there is nothing to say. */
  takeAgreement({ onChainId, synced, modified, liveUntil, facts }: Agreement): void {
    this.#bookRow(onChainId, synced);
    if (synced !== null) this.cursors.take(synced, modified);
    this.#bookStream(onChainId, facts, modified, liveUntil);
    this.#findings.addInSync();
  }

  /** @returns whether it is the first row for its stream */
  takeRow(seen: Observation): boolean {
    const { streamId, onChainId, synced, cursorFault } = seen;
    if (cursorFault !== null) this.#takeFalseCursor(streamId, cursorFault);
    this.learnFrom(seen);
    return this.#bookRow(onChainId, synced);
  }

  /** A row that agrees tells what cursors mean. */
  learnFrom({ synced, chain, outcome }: Observation): void {
    const isInSync = outcome?.bucket === "inSync" && chain?.kind === "stream";
    if (synced !== null && isInSync) this.cursors.take(synced, chain.modified);
  }

  #takeFalseCursor(streamId: string, fault: string): void {
    this.falseCursors = { ...(this.falseCursors ?? { streamId, fault }), count: (this.falseCursors?.count ?? 0) + 1 };
  }

  /** A stream that was not booked before, with or without a row. */
  takeStream(seen: Observation): void {
    const { chain, onChainId } = seen;
    if (chain?.kind === "stream") this.#bookStream(onChainId, chain.stream, chain.modified, chain.liveUntil);
    else if (chain?.kind !== "missing") this.liabilities.isComplete = false;
    this.completeness.note(seen);
  }

  /** A row that is ahead of the node tells how far the database is, but not what it lacks of what the node shows. */
  takeCursor(synced: number | null): void {
    if (synced !== null && synced <= this.#newestLedger()) this.watermark = Math.max(this.watermark ?? 0, synced);
  }

  #bookRow(onChainId: bigint | null, synced: number | null): boolean {
    this.#findings.rows += 1;
    this.takeCursor(synced);
    return onChainId === null || this.completeness.addId(onChainId);
  }

  #bookStream(
    onChainId: bigint | null,
    stream: StreamFacts | ChainStream,
    modified: number,
    liveUntil: number | null,
  ): void {
    // What lies beyond the counter is a finding of its own, or new: then its money is new, too.
    if (this.completeness.isCounted(onChainId)) this.liabilities.add(stream, modified);
    this.hasStreams = true;
    this.tellsLifetimes ||= liveUntil !== null;
  }
}
