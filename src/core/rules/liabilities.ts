import { AddressField } from "../contract/entry-field.js";
import type { Layout } from "../contract/layout.js";
import type { ChainField, ChainStream } from "../contract/stream-struct.js";
import type { FieldValue, Role } from "../values/field.js";
import { type PhaseNames, phaseNames } from "../values/phase.js";
import { type Fact, ROLE, StreamFacts } from "./stream-facts.js";

/** What has to be known of a stream to tell what it is owed, and in which token. */
export const OWING_ROLES = ["total", "released", "status", "token"] as const satisfies readonly Role[];

/** Phases in which a stream is still owed something (docs/contract-facts.md#streampays-invariants, 16). */
export const OPEN_PHASES: readonly string[] = ["DRAFT", "ACTIVE", "PAUSED"];

/** What the escrow owes by token, summed over its open streams, in base units. */
export class Liabilities {
  readonly owed = new Map<string, bigint>();
  /** How many streams were added. */
  count = 0;
  /** The ledger of the newest change among them. */
  newest = 0;
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

  /**
   * @param stream what the contract has of it, by role or by field
   * @param modified the ledger of its last change
   */
  add(stream: StreamFacts | ChainStream, modified: number): void {
    this.changedAt(modified);
    if (stream instanceof StreamFacts) {
      this.#add(stream.fact(ROLE.status), stream.fact(ROLE.total), stream.fact(ROLE.released), stream.fact(ROLE.token));
      return;
    }
    const { status, total, released, token } = this.#names;
    this.#add(
      stream.get(status)?.value ?? null,
      stream.get(total)?.value ?? null,
      stream.get(released)?.value ?? null,
      stream.get(token) ?? null,
    );
  }

  changedAt(ledger: number): void {
    if (ledger > this.newest) this.newest = ledger;
  }

  /** Adds the streams of another sum. */
  addAll({ owed, count, newest, isComplete }: Liabilities): void {
    for (const [token, amount] of owed) this.owed.set(token, (this.owed.get(token) ?? 0n) + amount);
    this.count += count;
    this.changedAt(newest);
    this.isComplete &&= isComplete;
  }

  #add(status: Fact | null, total: Fact | null, released: Fact | null, token: Fact | ChainField | null): void {
    this.count += 1;
    if (typeof status !== "string" || typeof total !== "bigint" || typeof released !== "bigint") return;
    if (!OPEN_PHASES.includes(this.#phases?.get(status) ?? status)) return;
    const name = typeof token === "object" && token !== null ? this.#tokenOf(token) : token;
    if (typeof name !== "string") return;
    // The plain sum of invariant 16: what one stream got too much of is its own finding, not another one's shortfall.
    this.owed.set(name, (this.owed.get(name) ?? 0n) + total - released);
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
