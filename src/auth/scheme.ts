import { createHash, createHmac } from "node:crypto";

/** The first of the seven lines: which scheme this is. */
const SCHEME = "streampay-hmac-v1";

/** What stands before the signature in its header. */
export const SIGNATURE_PREFIX = "v1=";

/** The headers of a signed request, in lower case as HTTP compares them. */
export const HEADER = {
  service: "x-streampay-service-name",
  keyId: "x-streampay-key-id",
  timestamp: "x-streampay-timestamp",
  bodyHash: "x-streampay-content-sha256",
  signature: "x-streampay-signature",
} as const;

/** What a signature covers, each part exactly as it is sent. */
export interface SignedParts {
  /** Upper case. */
  readonly method: string;
  /** Path with query as on the request line: nothing decoded, nothing put in order. */
  readonly path: string;
  readonly service: string;
  readonly keyId: string;
  /** Milliseconds since the epoch, as decimal digits. */
  readonly timestamp: string;
  /** SHA-256 of the body's bytes, an empty body's too, as lower-case hex. */
  readonly bodyHash: string;
}

/** Seven lines, joined by a line feed, with none at the end. */
export function canonicalText({ method, path, service, keyId, timestamp, bodyHash }: SignedParts): string {
  return [SCHEME, method, path, service, keyId, timestamp, bodyHash].join("\n");
}

/** HMAC-SHA256 of the seven lines with the UTF-8 bytes of the key's secret. */
export function signatureOf(parts: SignedParts, secret: string): Buffer {
  return createHmac("sha256", secret).update(canonicalText(parts), "utf8").digest();
}

export function bodyHashOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
