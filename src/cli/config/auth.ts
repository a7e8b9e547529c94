import type { Identity } from "../../auth/identity.js";
import type { Mistake } from "./mistake.js";
import type { AuthConfig } from "./schema/auth-schema.js";

export type { Identity };

export interface AuthSettings {
  /** Secrets by key id: several, so that they can be rotated. */
  readonly keys: ReadonlyMap<string, string>;
  readonly allowedServices: readonly string[];
  readonly clockSkewSeconds: number;
  /** The identity of this process; null: anonymous. */
  readonly identity: Identity | null;
  /** What run records are sealed with. */
  readonly recordKey: string | null;
  /** What they were sealed with before, for verifying. */
  readonly previousRecordKeys: readonly string[];
  /** A run that leaves a record needs an identity. */
  readonly required: boolean;
}

const DEFAULT_CLOCK_SKEW_SECONDS = 300;

export function toAuth(auth: AuthConfig | undefined): AuthSettings {
  const { service, keyId } = auth ?? {};
  return {
    keys: new Map(Object.entries(auth?.keys ?? {})),
    allowedServices: auth?.allowedServices ?? [],
    clockSkewSeconds: auth?.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS,
    identity: service === undefined || keyId === undefined ? null : { service, keyId },
    recordKey: auth?.recordKey ?? null,
    previousRecordKeys: auth?.previousRecordKeys ?? [],
    required: auth?.required ?? false,
  };
}

/** Half an identity is a mistake, and so is one that could not sign. */
export function checkIdentity(auth: AuthConfig | undefined, mistakes: Mistake[]): void {
  const { service, keyId, keys } = auth ?? {};
  if (service !== undefined && keyId === undefined) {
    mistakes.push({
      where: "auth.keyId",
      message: "is required with auth.service: set it with --key-id or RECONCILE_KEY_ID",
    });
  }
  if (keyId !== undefined && service === undefined) {
    mistakes.push({
      where: "auth.service",
      message: "is required with auth.keyId: set it with --service or RECONCILE_SERVICE",
    });
  }
  if (keyId !== undefined && !Object.hasOwn(keys ?? {}, keyId)) {
    const message = `no secret is configured for this key: add it to auth.keys, as in { "${keyId}": "\${NAME}" }`;
    mistakes.push({ where: "auth.keyId", message });
  }
}

/** A secret and the key of the configuration that has it. */
export interface NamedSecret {
  readonly where: string;
  readonly secret: string;
}

/** The secrets of this section, also while the configuration may still be wrong. */
export function authSecrets(auth: unknown): NamedSecret[] {
  if (auth === null || typeof auth !== "object") return [];
  const { keys, recordKey, previousRecordKeys } = auth as Readonly<Record<string, unknown>>;
  const ofKeys = keys !== null && typeof keys === "object" ? Object.entries(keys) : [];
  const earlier: unknown[] = Array.isArray(previousRecordKeys) ? previousRecordKeys : [previousRecordKeys];
  const all: (readonly [string, unknown])[] = [
    ...ofKeys.map(([id, secret]) => [`auth.keys.${id}`, secret] as const),
    ["auth.recordKey", recordKey],
    ...earlier.map((secret) => ["auth.previousRecordKeys", secret] as const),
  ];
  return all.flatMap(([where, secret]) => (typeof secret === "string" && secret !== "" ? [{ where, secret }] : []));
}
