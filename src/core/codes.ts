import type { CONTRACT_INVARIANTS, STREAM_INVARIANTS } from "../explanations/invariants.js";
import type { NOTICES } from "../explanations/notices.js";
import type { REASONS } from "../explanations/reasons.js";
import type { REQUEST_ERRORS } from "../explanations/request-errors.js";
import type { RUN_ERRORS } from "../explanations/run-errors.js";
import type { STARTUP_ERRORS } from "../explanations/startup-errors.js";
import type { STREAM_ERRORS } from "../explanations/stream-errors.js";

/*
 * The codes of errors, notices, reasons and invariants are the keys of src/explanations, so the compiler rejects a code that is
 * not explained. They are part of the outside contract: add codes, but never rename one.
 */

/** Why one stream could not be checked. */
export type StreamErrorCode = keyof typeof STREAM_ERRORS;

/** Why a request to the node failed. */
export type RequestErrorCode = keyof typeof REQUEST_ERRORS;

/** Any error, in a report or thrown. */
export type ErrorCode = StreamErrorCode | RequestErrorCode | keyof typeof RUN_ERRORS | keyof typeof STARTUP_ERRORS;

export type NoticeCode = keyof typeof NOTICES;

/** Why a difference is drift, or lag. */
export type Reason = keyof typeof REASONS | Extract<NoticeCode, "no_cursor">;

/** What must hold of one stream. */
export type StreamInvariant = keyof typeof STREAM_INVARIANTS;

/** What must hold for the contract as a whole. */
export type ContractInvariant = keyof typeof CONTRACT_INVARIANTS;
