import { AddressField } from "../contract/entry-field.js";
import type { Layout } from "../contract/layout.js";
import type { ChainField, ChainStream } from "../contract/stream-struct.js";
import type { FieldValue, Role } from "../values/field.js";
import { type PhaseNames, phaseNames } from "../values/phase.js";
import { ROLE, type StreamFacts } from "./stream-facts.js";

/** What has to be known of a stream to tell what it is owed, and in which token. */
export const OWING_ROLES = ["total", "released", "status", "token"] as const satisfies readonly Role[];

/** Phases in which a stream still owes something (facts C, 16); settled and cancelled ones owe nothing. */
export const OPEN_PHASES: readonly string[] = ["DRAFT", "ACTIVE", "PAUSED"];

/** What the escrow owes by token, summed over its open streams, in base units. */
export class Liabilities {
  readonly owed = new Map<string, bigint>();
  /** How many streams were added. */
  count = 0;
  /** Whether every stream could be read; otherwise more may be owed. */
  isComplete = true;
  readonly #phases: PhaseNames | null;
  readonly #names: { readonly [role in "token" | "status" | "total" | "released"]: string };
  /** Most streams are in the same token as the one before, whose strkey need not be made again. */
  #lastToken: { readonly field: ChainField; readonly text: string } | null = null;

  constructor(layout: Layout) {
    this.#phases = phaseNames(layout.phases);
    const names = new Map(Object.entries(layout.fields).map(([name, { role }]) => [role, name]));
    const nameOf = (role: Role) => names.get(role) ?? "";
    const [token, status, total, released] = [nameOf("token"), nameOf("status"), nameOf("total"), nameOf("released")];
    this.#names = { token, status, total, released };
  }

  add(stream: ChainStream): void {
    this.count += 1;
    const names = this.#names;
    const status = stream.get(names.status)?.value;
    const total = stream.get(names.total)?.value;
    const released = stream.get(names.released)?.value;
    if (typeof status !== "string" || typeof total !== "bigint" || typeof released !== "bigint") return;
    const field = stream.get(names.token);
    if (field === undefined || !OPEN_PHASES.includes(this.#phases?.get(status) ?? status)) return;
    const token = this.#tokenOf(field);
    if (typeof token !== "string") return;
    // The plain sum of facts C, 16: what one stream got too much of is its own finding, not another one's shortfall.
    this.owed.set(token, (this.owed.get(token) ?? 0n) + total - released);
  }

  /** As `add`, with the values by role. */
  addFacts(facts: StreamFacts): void {
    this.count += 1;
    const status = facts.fact(ROLE.status);
    const total = facts.fact(ROLE.total);
    const released = facts.fact(ROLE.released);
    if (typeof status !== "string" || typeof total !== "bigint" || typeof released !== "bigint") return;
    if (!OPEN_PHASES.includes(this.#phases?.get(status) ?? status)) return;
    const token = facts.fact(ROLE.token);
    const text = token instanceof AddressField ? this.#tokenOf(token) : token;
    if (typeof text !== "string") return;
    this.owed.set(text, (this.owed.get(text) ?? 0n) + total - released);
  }

  #tokenOf(field: ChainField): FieldValue {
    const last = this.#lastToken;
    if (last !== null && field instanceof AddressField && last.field instanceof AddressField) {
      if (last.field.isSame(field)) return last.text;
    }
    const { value } = field;
    this.#lastToken = typeof value === "string" ? { field, text: value } : null;
    return value;
  }
}
