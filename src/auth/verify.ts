import { createHash, timingSafeEqual } from "node:crypto";
import { isOneOf, lookUp, sameText } from "./constant-time.js";
import type { Identity } from "./identity.js";
import { bodyHashOf, signatureOf } from "./scheme.js";
import type { Claims } from "./signed-headers.js";

/** Which callers are allowed. */
export interface AccessRules {
  /** Secrets by key id. */
  readonly keys: ReadonlyMap<string, string>;
  readonly allowedServices: readonly string[];
  readonly clockSkewSeconds: number;
}

export type ClaimFault =
  | "timestamp_stale"
  | "timestamp_future"
  | "service_not_allowed"
  | "key_unknown"
  | "body_mismatch"
  | "signature_mismatch";

/** A caller with a valid signature. Replays are detected elsewhere. */
export interface VerifiedCaller {
  readonly identity: Identity;
  /** SHA-256 of the signature, remembered to detect replays. Lower-case hex. */
  readonly signatureDigest: string;
  /** The last millisecond at which the timestamp is accepted. */
  readonly expiresAt: number;
}

/** Unknown key ids are checked against this, so that timing does not reveal which ids exist. */
const NO_SECRET = "placeholder for unknown key ids; nothing signed with it is accepted";

export interface RefusedCaller {
  readonly fault: ClaimFault;
  /** The caller if the signature is valid and another check failed; otherwise null. */
  readonly identity: Identity | null;
}

/**
 * Checks a request against its claims. Every check runs, in constant time, before a fault is chosen for the log.
 * @param now milliseconds since the epoch
 */
export function verifyClaims(
  request: { readonly method: string; readonly path: string; readonly body: Uint8Array },
  claims: Claims,
  rules: AccessRules,
  now: number,
): VerifiedCaller | RefusedCaller {
  const { service, keyId } = claims;
  const sentAt = Number(claims.timestamp);
  const skew = rules.clockSkewSeconds * 1000;
  const key = lookUp(keyId, rules.keys, NO_SECRET);
  const expected = signatureOf({ ...claims, method: request.method, path: request.path }, key.value);
  const signature = Buffer.from(claims.signature, "hex");
  const isSigned = timingSafeEqual(expected, signature);
  const isAllowed = isOneOf(service, rules.allowedServices);
  const isBody = sameText(claims.bodyHash, bodyHashOf(request.body));
  const identity = { service, keyId };
  if (!key.found) return { fault: "key_unknown", identity: null };
  if (!isSigned) return { fault: "signature_mismatch", identity: null };
  if (!isBody) return { fault: "body_mismatch", identity };
  if (!isAllowed) return { fault: "service_not_allowed", identity };
  if (now - sentAt > skew) return { fault: "timestamp_stale", identity };
  if (sentAt - now > skew) return { fault: "timestamp_future", identity };
  return {
    identity,
    signatureDigest: createHash("sha256").update(signature).digest("hex"),
    expiresAt: sentAt + skew,
  };
}
