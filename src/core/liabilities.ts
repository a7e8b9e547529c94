import type { Role } from "./field.js";
import type { Layout } from "./layout.js";
import type { ChainStream } from "./stream-struct.js";

/** Streams that still owe something (facts C, 16); settled and cancelled ones owe nothing. */
export const OPEN_STATUSES: readonly string[] = ["DRAFT", "ACTIVE", "PAUSED"];

/** What the escrow owes by token, summed over its open streams, in base units. */
export class Liabilities {
  readonly owed = new Map<string, bigint>();
  /** How many streams were added. */
  count = 0;
  /** Whether every stream could be read; otherwise more may be owed. */
  isComplete = true;
  readonly #names: ReadonlyMap<Role, string>;

  constructor(layout: Layout) {
    this.#names = new Map(
      Object.entries(layout.fields).flatMap(([name, { role }]) => (role === undefined ? [] : [[role, name] as const])),
    );
  }

  add(stream: ChainStream): void {
    this.count += 1;
    const value = (role: Role) => stream.get(this.#names.get(role) ?? "")?.value;
    const [token, status, total, released] = [value("token"), value("status"), value("total"), value("released")];
    if (typeof token !== "string" || typeof status !== "string") return;
    if (typeof total !== "bigint" || typeof released !== "bigint" || !OPEN_STATUSES.includes(status)) return;
    // The plain sum of facts C, 16: what one stream got too much of is its own finding, not another one's shortfall.
    this.owed.set(token, (this.owed.get(token) ?? 0n) + total - released);
  }
}
