import { createHash, createHmac } from "node:crypto";

/** The first of the seven signed lines. */
const SCHEME = "streampay-hmac-v1";

/** Precedes the hex digits in the signature header. */
export const SIGNATURE_PREFIX = "v1=";

/** The headers of a signed request, in lower case. */
export const HEADER = {
  service: "x-streampay-service-name",
  keyId: "x-streampay-key-id",
  timestamp: "x-streampay-timestamp",
  bodyHash: "x-streampay-content-sha256",
  signature: "x-streampay-signature",
} as const;

/** The parts that a signature covers, exactly as sent. */
export interface SignedParts {
  /** Upper case. */
  readonly method: string;
  /** Path and query exactly as on the request line: not decoded, not reordered. */
  readonly path: string;
  readonly service: string;
  readonly keyId: string;
  /** Milliseconds since the epoch, as decimal digits. */
  readonly timestamp: string;
  /** SHA-256 of the body as lower-case hex, also for an empty body. */
  readonly bodyHash: string;
}

/** Seven lines joined by line feeds, without a trailing one. */
export function canonicalText({ method, path, service, keyId, timestamp, bodyHash }: SignedParts): string {
  return [SCHEME, method, path, service, keyId, timestamp, bodyHash].join("\n");
}

/** HMAC-SHA256 of the seven lines, keyed with the UTF-8 bytes of the secret. */
export function signatureOf(parts: SignedParts, secret: string): Buffer {
  return createHmac("sha256", secret).update(canonicalText(parts), "utf8").digest();
}

export function bodyHashOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
