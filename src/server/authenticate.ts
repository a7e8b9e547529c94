import type { Identity } from "../auth/identity.js";
import { readClaims } from "../auth/signed-headers.js";
import { type AccessRules, verifyClaims } from "../auth/verify.js";
import type { SERVICE_REFUSALS } from "../explanations/service-codes.js";
import type { SeenSignatures } from "../ports/seen-signatures.js";
import type { SignatureMemory } from "./signature-memory.js";

/** Why a request was refused. Appears in the log and the metrics, never in the answer. */
export type Refusal = keyof typeof SERVICE_REFUSALS;

export interface Refused {
  readonly refusal: Refusal;
  /** The caller, if the signature proves it; otherwise null. */
  readonly identity: Identity | null;
}

export interface Admitted {
  readonly identity: Identity;
}

export interface SignedRequest {
  readonly method: string;
  /** The request line's target, as received. */
  readonly path: string;
  readonly rawHeaders: readonly string[];
  /** The body, or why it cannot be read. Called only when the headers look like those of a signed request. */
  readBody(): Promise<Buffer | "body_too_large" | "body_unreadable">;
  /** Whether method and path match a route. */
  readonly isKnownRoute: boolean;
}

export interface AuthenticatorOptions {
  readonly rules: AccessRules;
  readonly memory: SignatureMemory;
  /** Shared with other processes; null: no shared store. */
  readonly shared: SeenSignatures | null;
  /** Receives the error when the shared store cannot be queried. */
  onStoreFault(error: unknown): void;
  now(): number;
}

/** Node drops headers beyond this number, perhaps a repeated one, so that requests with this many are refused. */
export const MAX_HEADERS = 200;

/** Authenticates requests, in the same way and time for known and unknown routes. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  async admit(request: SignedRequest): Promise<(Admitted & { readonly body: Buffer }) | Refused> {
    if (request.rawHeaders.length >= 2 * MAX_HEADERS) return { refusal: "headers_too_large", identity: null };
    const claims = readClaims(request.rawHeaders);
    if (typeof claims === "string") return { refusal: claims, identity: null };
    const body = await request.readBody();
    if (typeof body === "string") return { refusal: body, identity: null };
    const { rules, now } = this.#options;
    const verified = verifyClaims({ method: request.method, path: request.path, body }, claims, rules, now());
    if ("fault" in verified) return { refusal: verified.fault, identity: verified.identity };
    const { identity, signatureDigest, expiresAt } = verified;
    if (!request.isKnownRoute) return { refusal: "unknown_route", identity };
    // Checked last, so that only acceptable signatures take up memory.
    const refusal = await this.#firstUse(signatureDigest, expiresAt);
    return refusal === null ? { identity, body } : { refusal, identity };
  }

  async #firstUse(digest: string, expiresAt: number): Promise<Refusal | null> {
    const { memory, shared, now, onStoreFault } = this.#options;
    const recalled = memory.remember(digest, expiresAt, now());
    if (recalled === "seen") return "replayed";
    // The shared store also has every signature that this process could not remember.
    if (shared === null) return recalled === "full" ? "replay_memory_full" : null;
    try {
      return (await shared.remember(digest, expiresAt)) ? null : "replayed";
    } catch (error) {
      // After any failure, the signature may have been used before.
      onStoreFault(error);
      return "replay_store_unavailable";
    }
  }
}
