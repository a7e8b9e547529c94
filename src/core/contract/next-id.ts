import type { EntryBatch, OnChainClient, ReadOptions } from "../../ports/on-chain-client.js";
import { bytesText } from "../values/byte-text.js";
import { UnreadableValue } from "../values/field.js";
import { decodeScVal } from "../xdr/decode.js";
import { encodeScVal } from "../xdr/encode.js";
import { contractDataKey, instanceKey } from "../xdr/ledger-key.js";
import type { ScVal } from "../xdr/scval.js";
import { typedText } from "../xdr/scval-text.js";
import { absentFromInstance, absentFromStorage } from "./absent-counter.js";
import { instanceStorage } from "./instance-storage.js";
import type { Layout } from "./layout.js";
import { keyValue, type StreamLocator, streamLocator } from "./stream-key.js";

/** The id that the contract's next stream gets: every id from the first up to it exists, none from it on. */
export type NextId =
  | {
      readonly kind: "known";
      readonly nextId: bigint;
      readonly firstId: bigint;
      readonly ledger: number;
      /** There is no counter, which stands for a contract without streams: where it was looked for, in words. */
      readonly absence?: string;
    }
  /** The ledger has no entry of the contract itself: nothing counts its streams. */
  | { readonly kind: "absent"; readonly firstId: bigint; readonly ledger: number; readonly message: string }
  | { readonly kind: "unknown"; readonly message: string };

export type KnownNextId = Extract<NextId, { readonly kind: "known" }>;

/** Why two readings of a counter, which only grows, cannot both be true; null: they can. */
export function wentBack(before: KnownNextId, after: KnownNextId): string | null {
  if (after.nextId >= before.nextId || after.ledger < before.ledger) return null;
  return `the contract's counter of streams went back: the next id was ${before.nextId} at ledger ${before.ledger}, and ${after.nextId} at ledger ${after.ledger}; one of the two answers is wrong`;
}

export type CountingLayout = Layout & { readonly nextId: NonNullable<Layout["nextId"]> };

/**
 * Reads the contract's counter (docs/contract-facts.md#streampays-storage).
 * @throws UnavailableError when the chain cannot be read
 */
export async function readNextId(
  chain: OnChainClient,
  layout: CountingLayout,
  contractId: string,
  options: ReadOptions,
): Promise<NextId> {
  return counterIn(await chain.readEntries(counterKeys(layout, contractId), options), layout, contractId);
}

/** How many ids after the counter are looked at: an entry there could only be found by asking for it. */
const IDS_PROBED = 190;

/**
 * Reads the counter together with the entries that would follow it, at one ledger.
 * @param expected the counter as it was read before; when it moved on meanwhile, fewer ids are left to look at
 * @returns the counter, and the ids at or above it that have an entry all the same
 */
export async function readBeyondCounter(
  chain: OnChainClient,
  layout: CountingLayout,
  contractId: string,
  expected: bigint,
  options: ReadOptions,
): Promise<{ readonly counter: NextId; readonly beyond: readonly bigint[] }> {
  const locator = streamLocator(layout, contractId);
  const counting = counterKeys(layout, contractId);
  const room = locator.sharesOneEntry ? IDS_PROBED : Math.min(IDS_PROBED, chain.maxKeysPerRead - counting.length);
  const ids = Array.from({ length: room }, (_, i) => expected + BigInt(i)).filter((id) => id <= locator.greatestId);
  const keys = locator.sharesOneEntry ? [] : ids.map((id) => locator.ledgerKey(id));
  const batch = await chain.readEntries([...counting, ...keys], options);
  const counter = counterIn(batch, layout, contractId);
  if (counter.kind !== "known") return { counter, beyond: [] };
  const isThere = locator.sharesOneEntry
    ? isInside(batch.entries[counting.length - 1], locator)
    : // An entry that cannot be trusted proves nothing, least of all a stream that should not be there.
      (_: bigint, i: number) => batch.entries[counting.length + i]?.kind === "entry";
  return { counter, beyond: ids.filter((id, i) => id >= counter.nextId && isThere(id, i)) };
}

/** Tells whether an instance entry holds something under the stream's key. */
function isInside(instance: EntryBatch["entries"][number] | undefined, locator: StreamLocator) {
  const storage = instance?.kind === "entry" ? instanceStorage(instance.value) : new Map<string, ScVal>();
  return (id: bigint) => storage.has(bytesText(locator.innerKey(id)!));
}

/** The ledger keys that a counter is read from: the contract's own instance is the last of them. */
export function counterKeys({ nextId }: CountingLayout, contractId: string): Uint8Array[] {
  const keys = nextId.storage === "instance" ? [] : nextId.keys;
  const own = keys.map((template) => contractDataKey(contractId, keyValue(template, 0n), "persistent"));
  return [...own, instanceKey(contractId)];
}

/** The counter in an answer whose first entries are those of `counterKeys`. */
export function counterIn({ ledger, entries }: EntryBatch, layout: CountingLayout, contractId: string): NextId {
  const { storage, keys, holds } = layout.nextId;
  const firstId = BigInt(layout.nextId.firstId);
  const templates = keys.map((template) => keyValue(template, 0n));
  const known = (nextId: bigint) => ({ kind: "known", nextId, firstId, ledger }) as const;
  const own = storage === "instance" ? [] : entries.slice(0, keys.length);
  const instance = entries[own.length] ?? null;
  try {
    for (const entry of storage === "instance" ? [instance] : own) {
      if (entry?.kind === "fault") return { kind: "unknown", message: entry.message };
      if (entry === null || entry === undefined) continue;
      const found = storage === "instance" ? storedValue(entry.value, templates) : decodeScVal(entry.value);
      // The counter is written with the first stream: without it there is none yet.
      if (found === null) return { ...known(firstId), absence: absentFromInstance(entry.value, templates) };
      return known(counterOf(found) + (holds === "last" ? 1n : 0n));
    }
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    return { kind: "unknown", message: `the contract's counter of streams cannot be read: ${error.message}` };
  }
  if (instance !== null) return { ...known(firstId), absence: absentFromStorage(templates) };
  const message = `the ledger holds no contract ${contractId}: its instance entry is missing`;
  return { kind: "absent", firstId, ledger, message };
}

function storedValue(instance: Uint8Array, templates: readonly ScVal[]): ScVal | null {
  const storage = instanceStorage(instance);
  for (const template of templates) {
    const found = storage.get(bytesText(encodeScVal(template)));
    if (found !== undefined) return found;
  }
  return null;
}

function counterOf(value: ScVal): bigint {
  switch (value.type) {
    case "u32":
      return BigInt(value.value);
    case "u64":
    case "u128":
      return value.value;
    default:
      throw new UnreadableValue(`expected an unsigned integer, found ${typedText(value)}`);
  }
}
