import { ReconcileError } from "../../core/errors.js";

/** The `code` of a driver's or system's error (SQLSTATE, SQLITE_BUSY, ECONNREFUSED), where it has one. */
export function faultCode(fault: unknown): string | undefined {
  const code = typeof fault === "object" && fault !== null && "code" in fault ? fault.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** What a driver said, as one line. Several failed addresses of one host are told one after the other. */
export function faultMessage(fault: unknown): string {
  if (typeof fault !== "object" || fault === null) return String(fault);
  const own = "message" in fault && typeof fault.message === "string" ? fault.message.trim() : "";
  if (own !== "") return own;
  if ("errors" in fault && Array.isArray(fault.errors)) return fault.errors.map(faultMessage).join("; ");
  return faultCode(fault) ?? "unknown error";
}

export function isExpected(fault: unknown): fault is ReconcileError {
  return fault instanceof ReconcileError;
}

/** A mistake of this program, which must not pass for a database that could not be read. */
export function isBug(fault: unknown): boolean {
  return faultCode(fault) === undefined && (fault instanceof TypeError || fault instanceof RangeError);
}
