import { HEADER, SIGNATURE_PREFIX } from "./scheme.js";

/** The claims of a request, well-formed and not yet believed. */
export interface Claims {
  readonly service: string;
  readonly keyId: string;
  readonly timestamp: string;
  readonly bodyHash: string;
  /** Lower-case hex, without its prefix. */
  readonly signature: string;
}

export type HeaderFault = "header_missing" | "header_repeated" | "header_malformed";

const TOKEN = /^[\x21-\x7e]{1,128}$/;
/** Digits of a number that a double holds exactly; one way to write each. */
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
 * Reads the five headers. Each must be there once: two of one name could mean one thing here and another to a proxy.
 * @param rawHeaders names and values in turn, as they came in
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
