import type { NoticeCode } from "../codes.js";
import {
  type CountingLayout,
  counterIn,
  counterKeys,
  type NextId,
  readBeyondCounter,
  wentBack,
} from "../contract/next-id.js";
import { UnavailableError } from "../errors.js";
import type { Remark } from "../report/report.js";
import { Completeness } from "./completeness.js";
import { reportLifetime } from "./lifetime-notices.js";
import type { RunContext } from "./run-context.js";

/**
 * Reads the contract's counter before anything else, so that every stream below it must be there when it is read later.
 * @throws UnavailableError when the chain cannot be read
 */
export async function readCounterFirst(context: RunContext): Promise<void> {
  const { run, findings, books } = context;
  if (!context.isFull) return run.isThorough === true ? countFew(context) : undefined;
  if (run.dbOnly) {
    const message = "only the database's rows were checked (--db-only); streams that it lacks were not looked for";
    return findings.addNotice("db_only", message);
  }
  const counter = await readCounter(context);
  if (counter === null) {
    const message = `layout "${run.layout.name}" does not say where the next id is kept (nextId), so streams that the database lacks were not looked for`;
    return findings.addNotice("missing_rows_not_checked", message);
  }
  if (counter.kind === "unknown") {
    const message = `${counter.message}; streams that the database lacks could not be looked for (--db-only does without)`;
    return findings.addError("next_id_unknown", message);
  }
  if (counter.kind === "absent") {
    const message = `${counter.message}; streams that the database lacks were looked for among the ids around its own`;
    findings.addNotice("contract_missing", message);
    books.missingContract = counter.message;
  }
  books.completeness = new Completeness(counter);
}

/** For a few streams the counter is one more thing to hold them against: if it cannot be read, they are still judged. */
async function countFew(context: RunContext): Promise<void> {
  try {
    const counter = await readCounter(context);
    if (counter?.kind === "known" && counter.absence === undefined) {
      context.books.completeness = new Completeness(counter);
    }
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    context.findings.addError(error.code, error.message);
  }
}

/** Streams beyond the counter may just have been created: the counter is read again before they count as wrong. */
export async function readCounterAgain(context: RunContext): Promise<void> {
  const { run, findings, books, read } = context;
  const { counter: before, hasBeyond } = books.completeness;
  const counting = countingLayout(context);
  doubtMissingContract(context);
  if (before === null || counting === null || (!context.isFull && !hasBeyond)) return;
  const { counter, beyond } = await readBeyondCounter(run.chain, counting, run.contractId, before.nextId, read);
  if (counter.kind !== "known") return findings.addError("next_id_unknown", counter.message);
  const contradiction = wentBack(before, counter);
  if (contradiction !== null) return findings.addError("next_id_unknown", contradiction);
  for (const found of books.completeness.beyondCounter(counter, context.isFull ? beyond : [])) {
    // A contract without any stream has no counter; one with streams is a sign of a wrong layout, not of a broken contract.
    if (counter.absence !== undefined) {
      const message = `the contract has streams, but no counter where layout "${run.layout.name}" has it (nextId): streams that the database lacks could not be looked for`;
      return findings.addError("next_id_unknown", message);
    }
    context.addViolation(found);
    await context.room();
  }
}

/** A file may leave the contract out; a node that has its streams has it, too, and only one of its answers is true. */
function doubtMissingContract({ run, findings, books }: RunContext): void {
  const { missingContract, hasStreams } = books;
  if (missingContract === null || !hasStreams || run.isStatic) return;
  const message = `${missingContract}, although streams of it are there; streams that the database lacks could not be looked for`;
  findings.addError("next_id_unknown", message);
}

/**
 * A snapshot file that tells no times to live leaves evicted entries out, too: what it lacks may still exist
 * (docs/contract-facts.md#ledger-snapshot-files).
 */
export async function reportHoles(context: RunContext): Promise<void> {
  if (!countsIds(context)) return;
  const { run, findings, books } = context;
  const isWeakEvidence = context.isFull && run.isStatic && !books.tellsLifetimes;
  for (const hole of books.completeness.holes()) {
    const notice: Remark<NoticeCode> = { streamId: hole.streamId, code: "not_in_snapshot", message: hole.message };
    if (isWeakEvidence) findings.addRemark(notice);
    else context.addViolation(hole);
    await context.room();
  }
}

async function readCounter(context: RunContext): Promise<NextId | null> {
  const { chain, contractId } = context.run;
  const counting = countingLayout(context);
  if (counting === null) return null;
  const batch = await chain.readEntries(counterKeys(counting, contractId), context.read);
  const instance = batch.entries.at(-1);
  if (context.isFull && instance?.kind === "entry") {
    reportLifetime(context, `the instance of contract ${contractId}`, instance.liveUntilLedger, batch.ledger);
  }
  return counterIn(batch, counting, contractId);
}

function countingLayout({ run: { layout } }: RunContext): CountingLayout | null {
  return layout.nextId === undefined ? null : { ...layout, nextId: layout.nextId };
}

/** Whether the contract promises that every id below its counter exists. */
function countsIds({ run: { layout } }: RunContext): boolean {
  return layout.invariants?.includes("ids_complete") ?? false;
}
