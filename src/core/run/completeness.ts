import { bigint, plain, tuple } from "../again/codec.js";
import { PackedList } from "../again/packed-list.js";
import type { ContractInvariant } from "../codes.js";
import type { KnownNextId, NextId } from "../contract/next-id.js";
import type { Observation } from "../look/observation.js";
import type { Violation } from "../report/report.js";
import { orphanId } from "../report/stream-outcome.js";
import { IdSet } from "./id-set.js";

/** More ids than any contract has: a counter that claims more is not believed, and not counted through. */
const MOST_IDS = 100_000_000n;
/** Without a counter: how far beyond the rows' greatest id is looked, and how many gaps are worth looking into. */
const IDS_BEYOND = 20n;
const FEW_IDS = 10_000n;

/** A stream, and the ledger at which it was seen. */
interface Beyond {
  readonly id: bigint;
  readonly streamId: string;
  readonly ledger: number;
}

/**
 * Keeps account of which ids were seen on which side, and finds what breaks the count
 * (docs/contract-facts.md#streampays-invariants, 2): ids that the database lacks, holes in the contract, entries beyond
 * its counter, two rows for one stream.
 */
export class Completeness {
  readonly #seen = new IdSet();
  readonly #counter: KnownNextId | null;
  readonly #firstId: bigint | null;
  #greatestId = -1n;
  #rows = 0;
  /** Streams that the contract has at or above the counter as it was before the first read. */
  readonly #beyond = new PackedList(tuple<Beyond>({ id: bigint, streamId: plain(), ledger: plain() }));
  /** Streams that the counter promises and the contract lacks. */
  readonly #holes = new PackedList(tuple<Omit<Beyond, "ledger">>({ id: bigint, streamId: plain() }));

  /** @param counter the contract's counter, read before anything else; null when ids are not counted */
  constructor(counter: NextId | null) {
    this.#counter = counter?.kind === "known" ? counter : null;
    this.#firstId = counter === null || counter.kind === "unknown" ? null : counter.firstId;
  }

  /**
   * The ids that the contract may have and no row names: up to its counter, or, without one, a little beyond the
   * greatest id that a row names. Empty where ids are not counted.
   */
  *idsWithoutRow(): Generator<bigint> {
    if (this.#firstId !== null) yield* this.#seen.missing(this.#firstId, this.#endOfIds);
  }

  get #endOfIds(): bigint {
    return this.#counter?.nextId ?? this.#greatestId + 1n + IDS_BEYOND;
  }

  /** How many ids there would be to go through. */
  get span(): bigint {
    return this.#endOfIds - (this.#firstId ?? 0n);
  }

  /** Whether the ids can be gone through at all: a counter, or ids, beyond all reason are not. */
  get isPlausible(): boolean {
    if (this.#firstId === null) return true;
    const most = this.#counter === null ? BigInt(2 * this.#rows) + FEW_IDS : MOST_IDS;
    return this.span <= most;
  }

  /** @returns whether this is the first row for the stream with this id */
  addId(onChainId: bigint): boolean {
    this.#rows += 1;
    if (onChainId > this.#greatestId) this.#greatestId = onChainId;
    return this.#seen.add(onChainId);
  }

  /** What the contract keeps where its counter should be, in words; null: the counter is there, or was not read. */
  get absence(): string | null {
    return this.#counter?.absence ?? null;
  }

  /** Whether any row names a stream of the contract. */
  get hasRows(): boolean {
    return this.#rows > 0;
  }

  hasRow(onChainId: bigint): boolean {
    return this.#seen.has(onChainId);
  }

  /** Notes what one observation shows to be wrong with the count: `holes` and `beyondCounter` tell of it. */
  note({ streamId, onChainId: id, chain, ledger }: Observation): void {
    if (this.#counter === null || id === null || chain === null || ledger === null) return;
    const { firstId, nextId } = this.#counter;
    if (chain.kind === "stream" && id >= nextId) this.#beyond.push({ id, streamId, ledger });
    if (chain.kind !== "missing" || id < firstId || id >= nextId || ledger < this.#counter.ledger) return;
    this.#holes.push({ id, streamId });
  }

  /** The ids that the contract must have and does not, as far as they were looked at. */
  *holes(): Generator<Violation> {
    for (const { id, streamId } of this.#holes) yield hole(streamId, id, this.nextId!);
  }

  /** Whether the counter promises this stream, and the contract was seen without it. */
  hasHole(id: bigint): boolean {
    for (const hole of this.#holes) if (hole.id === id) return true;
    return false;
  }

  /** Whether any stream was seen at or above the counter. */
  get hasBeyond(): boolean {
    return this.#beyond.length > 0;
  }

  /** Whether the contract itself counts the stream among its own; without a counter every stream is. */
  isCounted(id: bigint | null): boolean {
    return this.#counter === null || id === null || id < this.#counter.nextId;
  }

  /** How many streams the contract says that it has; null when it does not count them. */
  get expected(): number | null {
    return this.#counter === null ? null : Number(this.#counter.nextId - this.#counter.firstId);
  }

  /** The counter as it was before the first read; null when ids are not counted. */
  get counter(): KnownNextId | null {
    return this.#counter;
  }

  /** The id that it gives next. */
  get nextId(): bigint | null {
    return this.#counter?.nextId ?? null;
  }

  /**
   * @param counter the contract's counter, read after everything else: what lies beyond the first one may be new
   * @param inUse ids at or above it that have an entry
   */
  *beyondCounter(counter: KnownNextId, inUse: readonly bigint[]): Generator<Violation> {
    const { nextId } = counter;
    const others = new Set(inUse);
    for (const { id, streamId, ledger } of this.#beyond) {
      if (id < nextId || ledger > counter.ledger) continue;
      others.delete(id);
      yield beyondCount(streamId, id, nextId);
    }
    for (const id of others) yield beyondCount(orphanId(id), id, nextId);
  }
}

/** A stream that the contract must have, and does not. */
export function hole(streamId: string, id: bigint, nextId: bigint): Violation {
  const message = `the contract counts up to id ${nextId}, but has no stream ${id}`;
  return violation(streamId, "ids_complete", message, { id, next_id: nextId });
}

/** A stream with an id that the contract has not given yet. */
export function beyondCount(streamId: string, id: bigint, nextId: bigint): Violation {
  const message = `the contract has a stream ${id}, but its counter says that the next id is ${nextId}`;
  return violation(streamId, "id_below_count", message, { id, next_id: nextId });
}

export function duplicateRow(streamId: string, id: bigint): Violation {
  const message = `another row names the same stream of the contract, ${id}`;
  return violation(streamId, "on_chain_id_unique", message, { on_chain_id: id }, "db");
}

function violation(
  streamId: string,
  invariant: ContractInvariant,
  message: string,
  ids: Record<string, bigint>,
  side: Violation["side"] = "on_chain",
): Violation {
  const values = Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, id.toString()]));
  return { streamId, invariant, side, message, values };
}
