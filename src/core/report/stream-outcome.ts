import type { ErrorCode, NoticeCode } from "../codes.js";
import type { Discrepancy, Remark, Violation } from "./report.js";

/** The one bucket of the summary that counts a stream. */
export type Bucket = "inSync" | "drifted" | "lagging" | "missingOnChain" | "missingInDb" | "unchecked";

/** A field that differs, before it is known what that means. */
export type Difference = Omit<Discrepancy, "classification" | "reason">;

/** Everything that was found about one stream. */
export interface StreamOutcome {
  /** As in the report: the row's id, or `on-chain:<id>` without a row. */
  readonly streamId: string;
  readonly bucket: Bucket;
  readonly discrepancies: readonly Discrepancy[];
  /** What differs and has not been judged yet: more looks may tell what it means. */
  readonly differences: readonly Difference[];
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
  return { streamId, bucket: "unchecked", discrepancies: [], differences: [], violations, errors, notices };
}

/** The report's id of a stream without a row. */
export const orphanId = (id: bigint): string => `on-chain:${id}`;

/** The inverse of `orphanId`; null for any other text. */
export function idOfOrphan(streamId: string): bigint | null {
  const digits = /^on-chain:(\d{1,39})$/.exec(streamId)?.[1];
  return digits === undefined ? null : BigInt(digits);
}

/** Whether what is said of the stream depends on further looks. */
export const needsAnotherLook = ({ differences }: StreamOutcome): boolean => differences.length > 0;
