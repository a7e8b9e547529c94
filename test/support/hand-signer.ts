import { createHash, createHmac } from "node:crypto";

/** A request to sign, with everything that a forger may want to change. */
export interface HandRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly service: string;
  readonly keyId: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number | string;
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The headers as the scheme's text says, written without the program's own signer. */
export function handSigned(request: HandRequest): HeaderList {
  const { method, path, body, service, keyId, secret, timestamp } = request;
  const hash = createHash("sha256").update(body).digest("hex");
  const lines = `streampay-hmac-v1\n${method}\n${path}\n${service}\n${keyId}\n${timestamp}\n${hash}`;
  const signature = createHmac("sha256", Buffer.from(secret, "utf8")).update(lines).digest("hex");
  return [
    ["x-streampay-service-name", service],
    ["x-streampay-key-id", keyId],
    ["x-streampay-timestamp", String(timestamp)],
    ["x-streampay-content-sha256", hash],
    ["x-streampay-signature", `v1=${signature}`],
  ];
}
