import type { FieldValue, Role } from "./field.js";

/**
 * What must hold of one side alone (facts C, "invariants of a stored stream"; the numbers are that table's rows).
 * Each invariant reports only what no other one reports, so that one fault is one finding.
 */
export interface Invariant {
  readonly name: string;
  /** Roles that must be present with a value; otherwise the invariant does not apply. */
  readonly needs: readonly Role[];
  /** Holds for every escrow (`general`), or only where the layout names it. */
  readonly general: boolean;
  /** Whether the database's own values must satisfy it too. */
  readonly database: boolean;
  /** What is wrong, in words; null when it holds. */
  violation(facts: StreamFacts): string | null;
}

/** One side's values by role, and what the contract's key says the id is. */
export class StreamFacts {
  readonly #values: ReadonlyMap<Role, FieldValue>;
  /** The id by which the stream was found. */
  readonly keyId: bigint | null;

  constructor(values: ReadonlyMap<Role, FieldValue>, keyId: bigint | null) {
    this.#values = values;
    this.keyId = keyId;
  }

  has(role: Role): boolean {
    return this.get(role) !== null;
  }

  get(role: Role): FieldValue {
    return this.#values.get(role) ?? null;
  }

  /** A role's integer. Only for roles in `needs`. */
  int(role: Role): bigint {
    const value = this.get(role);
    if (typeof value !== "bigint") throw new TypeError(`role ${role} holds no integer`);
    return value;
  }

  isStatus(...names: readonly string[]): boolean {
    const status = this.get("status");
    return typeof status === "string" && names.includes(status);
  }
}

const OPEN = ["DRAFT", "ACTIVE", "PAUSED"];

export const INVARIANTS: readonly Invariant[] = [
  {
    // 1
    name: "id_matches_key",
    needs: ["id"],
    general: true,
    database: false,
    violation: (s) =>
      s.keyId === null || s.int("id") === s.keyId
        ? null
        : `the entry stored under id ${s.keyId} says that its id is ${s.int("id")}`,
  },
  {
    // 3
    name: "total_not_negative",
    needs: ["total"],
    general: true,
    database: true,
    violation: (s) => (s.int("total") < 0n ? `the total is negative: ${s.int("total")}` : null),
  },
  {
    // 3
    name: "released_not_negative",
    needs: ["released"],
    general: true,
    database: true,
    violation: (s) => (s.int("released") < 0n ? `the released amount is negative: ${s.int("released")}` : null),
  },
  {
    // 3
    name: "released_within_total",
    needs: ["total", "released"],
    general: true,
    database: true,
    violation: (s) =>
      s.int("total") >= 0n && s.int("released") > s.int("total")
        ? `released is above total by ${s.int("released") - s.int("total")}`
        : null,
  },
  {
    // 3
    name: "parties_differ",
    needs: ["sender", "recipient"],
    general: true,
    database: true,
    violation: (s) => (s.get("sender") === s.get("recipient") ? "sender and recipient are the same address" : null),
  },
  {
    // 3
    name: "total_positive",
    needs: ["total"],
    general: false,
    database: false,
    violation: (s) => (s.int("total") === 0n ? "the total is zero; the contract creates no such stream" : null),
  },
  {
    // 4
    name: "settled_fully_released",
    needs: ["status", "total", "released"],
    general: false,
    database: true,
    violation: (s) =>
      s.isStatus("SETTLED") && s.int("released") < s.int("total")
        ? `the stream is settled, but ${s.int("total") - s.int("released")} of its total was never released`
        : null,
  },
  {
    // 5; above total is released_within_total's to report
    name: "open_not_fully_released",
    needs: ["status", "total", "released"],
    general: false,
    database: false,
    violation: (s) =>
      s.isStatus(...OPEN) && s.int("total") > 0n && s.int("released") === s.int("total")
        ? "everything is released, but the stream is not settled"
        : null,
  },
  {
    // 6
    name: "draft_untouched",
    needs: ["status"],
    general: false,
    database: false,
    violation: (s) => {
      if (!s.isStatus("DRAFT")) return null;
      const touched = (["released", "start", "paused_at", "total_paused"] as const).filter(
        (role) => s.has(role) && s.int(role) > 0n,
      );
      return touched.length === 0 ? null : `a draft has never run, but these are not zero: ${touched.join(", ")}`;
    },
  },
  {
    // 7
    name: "window_valid",
    needs: ["start", "end"],
    general: false,
    database: false,
    violation: (s) => {
      if (s.int("start") === 0n) return null;
      if (s.int("end") <= s.int("start"))
        return `the stream ends at ${s.int("end")}, not after its start at ${s.int("start")}`;
      return s.has("duration") && s.int("duration") === 0n ? "the stream has started, but its duration is zero" : null;
    },
  },
  {
    // 9; a draft's paused_at is draft_untouched's to report
    name: "pause_consistent",
    needs: ["status", "paused_at"],
    general: false,
    database: false,
    violation: (s) => {
      const pausedAt = s.int("paused_at");
      if (s.isStatus("ACTIVE") && pausedAt !== 0n) return `the stream is active, but paused_at is ${pausedAt}`;
      if (!s.isStatus("PAUSED")) return null;
      if (pausedAt === 0n) return "the stream is paused, but paused_at is 0";
      return s.has("last_update") && pausedAt > s.int("last_update")
        ? `the stream was paused at ${pausedAt}, after its last update at ${s.int("last_update")}`
        : null;
    },
  },
  {
    // 14
    name: "fee_within_limit",
    needs: ["fee_bps"],
    general: false,
    database: false,
    violation: (s) => (s.int("fee_bps") > 10_000n ? `the fee is ${s.int("fee_bps")} basis points, above 10000` : null),
  },
  {
    // 15
    name: "never_ended",
    needs: ["status"],
    general: false,
    database: false,
    violation: (s) => (s.isStatus("ENDED") ? "the contract never sets the status Ended" : null),
  },
];

/** The invariants that a layout's streams must satisfy: the general ones and those that the layout names. */
export function invariantsOf(layout: { readonly invariants?: readonly string[] }): readonly Invariant[] {
  const named = new Set(layout.invariants ?? []);
  return INVARIANTS.filter(({ general, name }) => general || named.has(name));
}

export function brokenInvariants(
  facts: StreamFacts,
  invariants: readonly Invariant[],
): { readonly invariant: Invariant; readonly message: string }[] {
  const broken: { invariant: Invariant; message: string }[] = [];
  for (const invariant of invariants) {
    if (!invariant.needs.every((role) => facts.has(role))) continue;
    const message = invariant.violation(facts);
    if (message !== null) broken.push({ invariant, message });
  }
  return broken;
}
