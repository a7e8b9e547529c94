import type { Identity } from "../auth/identity.js";
import { readClaims } from "../auth/signed-headers.js";
import { type AccessRules, verifyClaims } from "../auth/verify.js";
import type { SERVICE_REFUSALS } from "../explanations/service-codes.js";
import type { SeenSignatures } from "../ports/seen-signatures.js";
import type { SignatureMemory } from "./signature-memory.js";

/** Why a request was refused: for the log and the metrics, never for the answer. */
export type Refusal = keyof typeof SERVICE_REFUSALS;

export interface Refused {
  readonly refusal: Refusal;
  /** Who asked, where that is proven; null: nobody knows. */
  readonly identity: Identity | null;
}

export interface Admitted {
  readonly identity: Identity;
}

export interface SignedRequest {
  readonly method: string;
  /** The request line's target, as it came in. */
  readonly path: string;
  readonly rawHeaders: readonly string[];
  /** The body's bytes, or why there are none; asked for once the headers look like a signed request. */
  readBody(): Promise<Buffer | "body_too_large" | "body_unreadable">;
  /** Whether the service has anything to answer there. */
  readonly isKnownRoute: boolean;
}

export interface AuthenticatorOptions {
  readonly rules: AccessRules;
  readonly memory: SignatureMemory;
  /** Shared with other processes; null: there is none. */
  readonly shared: SeenSignatures | null;
  /** Told why the shared store could not be asked. */
  onStoreFault(error: unknown): void;
  now(): number;
}

/** Node leaves out the headers beyond so many, and one of them may be there a second time: who sends so many is not read. */
export const MAX_HEADERS = 200;

/** Decides who comes in. What it does and how long that takes does not depend on whether the route exists. */
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
    // Last of all, so that nothing but a signature that would have been accepted takes up room.
    const refusal = await this.#firstUse(signatureDigest, expiresAt);
    return refusal === null ? { identity, body } : { refusal, identity };
  }

  async #firstUse(digest: string, expiresAt: number): Promise<Refusal | null> {
    const { memory, shared, now, onStoreFault } = this.#options;
    const recalled = memory.remember(digest, expiresAt, now());
    if (recalled === "seen") return "replayed";
    // The shared store knows every signature that this process would have remembered.
    if (shared === null) return recalled === "full" ? "replay_memory_full" : null;
    try {
      return (await shared.remember(digest, expiresAt)) ? null : "replayed";
    } catch (error) {
      // Whatever it is: nobody can tell that the signature is new.
      onStoreFault(error);
      return "replay_store_unavailable";
    }
  }
}
