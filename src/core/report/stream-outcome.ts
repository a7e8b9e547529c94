import type { ErrorCode, NoticeCode } from "../codes.js";
import type { Discrepancy, Remark, Violation } from "./report.js";

/** The one bucket of the summary that counts a stream. */
export type Bucket = "inSync" | "drifted" | "lagging" | "missingOnChain" | "missingInDb" | "unchecked";

/** Everything that was found about one stream. */
export interface StreamOutcome {
  /** As in the report: the row's id, or `on-chain:<id>` without a row. */
  readonly streamId: string;
  readonly bucket: Bucket;
  readonly discrepancies: readonly Discrepancy[];
  readonly violations: readonly Violation[];
  readonly errors: readonly Remark<ErrorCode>[];
  readonly notices: readonly Remark<NoticeCode>[];
}

export function unchecked(
  streamId: string,
  code: ErrorCode,
  message: string,
  violations: readonly Violation[] = [],
  notices: readonly Remark<NoticeCode>[] = [],
): StreamOutcome {
  const errors = [{ streamId, code, message }];
  return { streamId, bucket: "unchecked", discrepancies: [], violations, errors, notices };
}

/** The report's id of a stream without a row. */
export const orphanId = (id: bigint): string => `on-chain:${id}`;

/** The inverse of `orphanId`; null for any other text. */
export function idOfOrphan(streamId: string): bigint | null {
  const digits = /^on-chain:(\d{1,39})$/.exec(streamId)?.[1];
  return digits === undefined ? null : BigInt(digits);
}

export const NODE_BEHIND = "node_behind_database";

/** Whether a later look may change the stream's outcome. */
export function needsAnotherLook({ discrepancies, errors }: StreamOutcome): boolean {
  return discrepancies.length > 0 || errors.some(({ code }) => code === NODE_BEHIND);
}
