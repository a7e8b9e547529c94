import type { Identity } from "./identity.js";
import { bodyHashOf, HEADER, SIGNATURE_PREFIX, signatureOf } from "./scheme.js";

export interface RequestToSign {
  /** Upper case. */
  readonly method: string;
  /** Path and query exactly as on the request line. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** The five headers that authenticate a request. @param now milliseconds since the epoch */
export function signedHeaders(
  { method, path, body }: RequestToSign,
  { service, keyId }: Identity,
  secret: string,
  now: number,
): Record<string, string> {
  const parts = { method, path, service, keyId, timestamp: String(now), bodyHash: bodyHashOf(body) };
  return {
    [HEADER.service]: service,
    [HEADER.keyId]: keyId,
    [HEADER.timestamp]: parts.timestamp,
    [HEADER.bodyHash]: parts.bodyHash,
    [HEADER.signature]: SIGNATURE_PREFIX + signatureOf(parts, secret).toString("hex"),
  };
}
