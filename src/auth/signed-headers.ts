import { HEADER, SIGNATURE_PREFIX } from "./scheme.js";

/** A request's claims: well-formed, but not verified yet. */
export interface Claims {
  readonly service: string;
  readonly keyId: string;
  readonly timestamp: string;
  readonly bodyHash: string;
  /** Lower-case hex, without the prefix. */
  readonly signature: string;
}

export type HeaderFault = "header_missing" | "header_repeated" | "header_malformed";

const TOKEN = /^[\x21-\x7e]{1,128}$/;
/** At most 15 digits, which a double holds exactly, and no leading zeros. */
const TIMESTAMP = /^(0|[1-9][0-9]{0,14})$/;
const HASH = /^[0-9a-f]{64}$/;

const FORMS: readonly (readonly [keyof Claims, RegExp])[] = [
  ["service", TOKEN],
  ["keyId", TOKEN],
  ["timestamp", TIMESTAMP],
  ["bodyHash", HASH],
  ["signature", new RegExp(`^${SIGNATURE_PREFIX}[0-9a-f]{64}$`)],
];

/**
 * Reads the five headers. Repeated headers are rejected: a proxy may read the other one.
 * @param rawHeaders alternating names and values, as received
 */
export function readClaims(rawHeaders: readonly string[]): Claims | HeaderFault {
  const claims = { service: "", keyId: "", timestamp: "", bodyHash: "", signature: "" };
  for (const [part, form] of FORMS) {
    const values = valuesOf(HEADER[part], rawHeaders);
    const [value] = values;
    if (value === undefined) return "header_missing";
    if (values.length > 1) return "header_repeated";
    if (!form.test(value)) return "header_malformed";
    claims[part] = value;
  }
  return { ...claims, signature: claims.signature.slice(SIGNATURE_PREFIX.length) };
}

function valuesOf(name: string, rawHeaders: readonly string[]): string[] {
  const values: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!);
  }
  return values;
}
