import { ReconcileError } from "../../core/errors.js";

/** The `code` of a driver or system error (SQLSTATE, SQLITE_BUSY, ECONNREFUSED), if it has one. */
export function faultCode(fault: unknown): string | undefined {
  const code = typeof fault === "object" && fault !== null && "code" in fault ? fault.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** The driver's message. If several addresses of a host failed, their messages are joined. */
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

/** A bug in this program, which must not be reported as an unreadable database. */
export function isBug(fault: unknown): boolean {
  return faultCode(fault) === undefined && (fault instanceof TypeError || fault instanceof RangeError);
}
