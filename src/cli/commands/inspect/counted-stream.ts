import { readNextId } from "../../../core/contract/next-id.js";
import { streamLocator } from "../../../core/contract/stream-key.js";
import { StreamsOnChain } from "../../../core/contract/stream-on-chain.js";
import type { Remark, Report } from "../../../core/report/report.js";
import { beyondCount, hole } from "../../../core/run/completeness.js";
import type { OnChainClient, ReadOptions } from "../../../ports/on-chain-client.js";
import type { Settings } from "../../config/settings.js";
import { addViolation } from "./add-violation.js";

/** What the contract's counter says of a stream. */
export interface CountedReport {
  readonly report: Report;
  /** The contract has given this id away: what it does not have any more, it had once. */
  readonly wasGiven: boolean;
}

/**
 * The report, with what a run of all streams finds by the contract's counter: a stream that must be there and is not, or
 * one that is there too early.
 * @param streamId as the report calls it @param isThere whether the contract has the stream
 * @throws UnavailableError when the chain cannot be read
 */
export async function withCount(
  report: Report,
  { streamId, id, isThere }: { readonly streamId: string; readonly id: bigint; readonly isThere: boolean },
  chain: OnChainClient,
  settings: Settings,
  options: ReadOptions,
): Promise<CountedReport> {
  const { layout, id: contractId } = settings.contract;
  const { nextId: counting } = layout;
  if (counting === undefined) return { report, wasGiven: false };
  const counter = await readNextId(chain, { ...layout, nextId: counting }, contractId, options);
  if (counter.kind !== "known" || counter.absence !== undefined) return { report, wasGiven: false };
  const { firstId, nextId } = counter;
  if (isThere) {
    const found = id < nextId ? report : addViolation(report, beyondCount(streamId, id, nextId), settings);
    return { report: found, wasGiven: false };
  }
  if (id < firstId || id >= nextId) return { report, wasGiven: false };
  // It may have been created since it was looked for, and before the counter was read.
  const locator = streamLocator(layout, contractId);
  const { entries } = await chain.readEntries([locator.ledgerKey(id)], options);
  if (new StreamsOnChain(layout, locator).find(id, entries[0]!).kind !== "missing") return { report, wasGiven: false };
  const mustBe = layout.invariants?.includes("ids_complete") === true;
  const told = { ...report, errors: report.errors.map(withHistory) };
  return { report: mustBe ? addViolation(told, hole(streamId, id, nextId), settings) : told, wasGiven: true };
}

const withHistory = (error: Remark): Remark =>
  error.code === "stream_not_found"
    ? { ...error, message: `${error.message}, although the contract has given that id away: it was deleted, or lost` }
    : error;
