import { encodeStrKey } from "../../../core/strkey.js";
import type { EntryFault, LedgerEntry } from "../../../ports/on-chain-client.js";
import { fault, readContent, unreadable } from "./entry-content.js";
import { type EntrySide, ledgerKeyOf, sidesOf } from "./entry-side.js";
import type { SnapshotElement } from "./snapshot-element.js";
import { UnreadableJson } from "./unreadable-json.js";

/** An element under one of the keys it claims; `fault` when it must not be believed, whatever it holds. */
interface Candidate {
  readonly element: SnapshotElement;
  readonly fault: EntryFault | undefined;
}

interface ContractEntries {
  readonly byKey: Map<string, Candidate[]>;
  /** Elements whose key is unknown: each may be the one that is looked for. */
  readonly keyless: EntryFault[];
}

/**
 * Contract data by LedgerKey. Adding sorts by contract only; keys of a contract are decoded when it is first asked
 * for, values when they are: a snapshot holds much that nobody asks about.
 */
export class EntryIndex {
  readonly #elements = new Map<string, SnapshotElement[]>();
  readonly #keyless: EntryFault[] = [];
  readonly #contracts = new Map<string, ContractEntries>();

  /** `sequence` is the snapshot's ledger. */
  constructor(readonly sequence: number) {}

  add(element: SnapshotElement): void {
    const contracts = new Set<string>();
    let problem: string | undefined;
    for (const side of sidesOf(element)) {
      if (side.kind === "contract-data") contracts.add(side.contract);
      else if (side.kind === "unknown") problem ??= side.problem;
    }
    for (const contract of contracts) {
      const elements = this.#elements.get(contract);
      if (elements === undefined) this.#elements.set(contract, [element]);
      else elements.push(element);
    }
    if (contracts.size === 0 && problem !== undefined) this.#keyless.push(unreadable(element.position, problem));
  }

  /** null only when every entry that could have this key was read and none has it. */
  find(key: Uint8Array): LedgerEntry | EntryFault | null {
    const contract = contractOfKey(key);
    if (contract === undefined) {
      return fault("snapshot_key_unsupported", "a snapshot is read for contract data only, and this key is none");
    }
    const entries = this.#entriesOf(contract);
    const candidates = entries.byKey.get(base64(key));
    if (candidates !== undefined) return this.#resolve(candidates);
    const first = entries.keyless[0] ?? this.#keyless[0];
    if (first === undefined) return null;
    return cannotBeCalledMissing(first, entries.keyless.length + this.#keyless.length - 1);
  }

  #entriesOf(contract: string): ContractEntries {
    let entries = this.#contracts.get(contract);
    if (entries === undefined) {
      entries = indexContract(contract, this.#elements.get(contract) ?? []);
      this.#contracts.set(contract, entries);
    }
    return entries;
  }

  #resolve(candidates: readonly Candidate[]): LedgerEntry | EntryFault {
    let found: LedgerEntry | undefined;
    for (const candidate of candidates) {
      const content = candidate.fault ?? readContent(candidate.element, this.sequence);
      if (content.kind === "fault") return content;
      if (found !== undefined && !sameContent(found, content)) return contradiction(candidates);
      found = content;
    }
    return found!;
  }
}

function indexContract(contract: string, elements: readonly SnapshotElement[]): ContractEntries {
  const byKey = new Map<string, Candidate[]>();
  const keyless: EntryFault[] = [];
  for (const element of elements) {
    const sides = sidesOf(element).map((side) => readKey(side, contract));
    const problem = sides.find((side) => side.problem !== undefined)?.problem;
    if (problem !== undefined) keyless.push(unreadable(element.position, problem));
    const keys = new Set(sides.map((side) => side.key));
    const doubt =
      problem !== undefined ? unreadable(element.position, problem) : keys.size > 1 ? mismatch(element) : undefined;
    for (const key of keys) {
      if (key === undefined) continue;
      const candidates = byKey.get(key);
      if (candidates === undefined) byKey.set(key, [{ element, fault: doubt }]);
      else candidates.push({ element, fault: doubt });
    }
  }
  return { byKey, keyless };
}

/** The key in base64, nothing when the side is about something else, or why it cannot be told. */
function readKey(side: EntrySide, contract: string): { key?: string; problem?: string } {
  if (side.kind === "unknown") return { problem: side.problem };
  if (side.kind === "other" || side.contract !== contract) return {};
  try {
    return { key: base64(ledgerKeyOf(side)) };
  } catch (error) {
    if (error instanceof UnreadableJson) return { problem: error.message };
    throw error;
  }
}

/** The contract of a contract data LedgerKey (`6 ‖ 1 ‖ 32 bytes ‖ …`); undefined for any other key. */
function contractOfKey(key: Uint8Array): string | undefined {
  if (key.length < 44) return undefined;
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const isContractData = view.getUint32(0) === 6 && view.getUint32(4) === 1;
  return isContractData ? encodeStrKey("contract", key.subarray(8, 40)) : undefined;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function sameContent(a: LedgerEntry, b: LedgerEntry): boolean {
  return (
    a.lastModifiedLedger === b.lastModifiedLedger &&
    a.liveUntilLedger === b.liveUntilLedger &&
    Buffer.compare(a.value, b.value) === 0
  );
}

function mismatch({ position }: SnapshotElement): EntryFault {
  const message = `ledger_entries[${position}] of the snapshot holds an entry that does not belong to the key beside it`;
  return fault("snapshot_key_mismatch", message);
}

function contradiction(candidates: readonly Candidate[]): EntryFault {
  const places = candidates.map(({ element }) => `ledger_entries[${element.position}]`).join(", ");
  return fault(
    "snapshot_entry_contradiction",
    `the snapshot holds this key more than once, each time otherwise: ${places}`,
  );
}

function cannotBeCalledMissing({ message }: EntryFault, others: number): EntryFault {
  const more = others > 0 ? ` (and ${others} more such entries)` : "";
  const missing = "the snapshot shows no such entry, but one whose key is unknown may be it";
  return fault("snapshot_entry_unreadable", `${missing}: ${message}${more}`);
}
