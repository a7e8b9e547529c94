import { xdr } from "@stellar/stellar-base";
import type { RpcRow } from "../rpc-faults.js";
import {
  address,
  i128,
  type StreamStruct,
  streamKey,
  streamVal,
  struct,
  u64,
  unitVariant,
} from "../streampay-contract.js";
import { entryDataOf, ledgerKeyOf, type TestEntry } from "../test-ledger.js";
import { ESCROW, type World } from "./world.js";

const PERSISTENT = "persistent";
const FAR_LEDGERS = 500_000;
const NO_EXTENSION = "AAAAAA==";
/** From the end of a stream's LedgerKey: the id (u64), then the durability. */
const ID_FROM_END = 12;
const STREAM_PREFIX = keyBytes(0n).subarray(0, -ID_FROM_END);
const INSTANCE_KEY = ledgerKeyOf({
  contract: ESCROW,
  key: xdr.ScVal.scvLedgerKeyContractInstance(),
  durability: PERSISTENT,
}).toXDR("base64");

/** The world's ledger entries as a node has them that has reached `viewLedger`: encoded when they are asked for. */
export class ChainSource {
  viewLedger = 0;
  readonly #world: World;
  readonly #balances = new Map<string, string>();
  readonly #encoded = new WeakMap<object, string>();

  constructor(world: World) {
    this.#world = world;
    for (const token of world.tokens) {
      this.#balances.set(ledgerKeyOf({ contract: token, ...balanceKey }).toXDR("base64"), token);
    }
  }

  /** The row of getLedgerEntries for a LedgerKey in base64; undefined where the ledger has no such entry. */
  readonly row = (key: string): RpcRow | undefined => {
    if (key === INSTANCE_KEY) return this.#instance();
    const token = this.#balances.get(key);
    if (token !== undefined) return this.#balance(key, token);
    if (this.#world.plan.sharedEntry) return undefined;
    const bytes = Buffer.from(key, "base64");
    if (!bytes.subarray(0, -ID_FROM_END).equals(STREAM_PREFIX)) return undefined;
    return this.#stream(key, bytes.readBigUInt64BE(bytes.length - ID_FROM_END));
  };

  #stream(key: string, id: bigint): RpcRow | undefined {
    const version = this.#world.contract.entries.get(id)?.at(this.viewLedger);
    if (version === undefined || version.value === null) return undefined;
    let text = this.#encoded.get(version);
    if (text === undefined) {
      text = encoded(ESCROW, streamKey(id), streamVal(version.value satisfies StreamStruct));
      this.#encoded.set(version, text);
    }
    return this.#rowOf(key, text, version.ledger, this.#liveUntil(id));
  }

  /** Most entries live long, some have expired, and of some the node says 0 (docs/contract-facts.md#times-to-live). */
  #liveUntil(id: bigint): number {
    if (this.#world.plan.seed % 3 !== 0) return this.viewLedger + FAR_LEDGERS;
    const kind = id % 41n;
    return kind === 7n ? 0 : kind === 9n ? this.viewLedger - 3 : this.viewLedger + FAR_LEDGERS;
  }

  #instance(): RpcRow | undefined {
    const version = this.#world.contract.nextIds.at(this.viewLedger);
    if (version === undefined) return undefined;
    const storage = [
      new xdr.ScMapEntry({ key: unitVariant("Admin"), val: address(ESCROW) }),
      new xdr.ScMapEntry({ key: unitVariant("Paused"), val: xdr.ScVal.scvBool(false) }),
      new xdr.ScMapEntry({ key: unitVariant("StreamCount"), val: u64(version.value) }),
    ];
    let { ledger } = version;
    if (this.#world.plan.sharedEntry) {
      for (const [id, history] of this.#world.contract.entries) {
        const stream = history.at(this.viewLedger);
        if (stream === undefined) continue;
        ledger = Math.max(ledger, stream.ledger);
        if (stream.value !== null)
          storage.push(new xdr.ScMapEntry({ key: streamKey(id), val: streamVal(stream.value) }));
      }
    }
    const executable = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32, 7));
    const val = xdr.ScVal.scvContractInstance(new xdr.ScContractInstance({ executable, storage }));
    const text = encoded(ESCROW, xdr.ScVal.scvLedgerKeyContractInstance(), val);
    return this.#rowOf(INSTANCE_KEY, text, ledger, this.viewLedger + FAR_LEDGERS);
  }

  #balance(key: string, token: string): RpcRow | undefined {
    const version = this.#world.contract.balances.get(token)?.at(this.viewLedger);
    if (version === undefined) return undefined;
    // Every other token is no Stellar Asset Contract and keeps a bare integer.
    const isBare = this.#world.tokens.indexOf(token) % 2 === 1;
    const amount = i128(version.value);
    const flags = { authorized: xdr.ScVal.scvBool(true), clawback: xdr.ScVal.scvBool(false) };
    const text = encoded(token, balanceKey.key, isBare ? amount : struct({ amount, ...flags }));
    return this.#rowOf(key, text, version.ledger, this.viewLedger + FAR_LEDGERS);
  }

  #rowOf(key: string, text: string, lastModified: number, liveUntil: number): RpcRow {
    return {
      key,
      xdr: text,
      lastModifiedLedgerSeq: lastModified,
      liveUntilLedgerSeq: liveUntil,
      extXdr: NO_EXTENSION,
    };
  }
}

const balanceKey = {
  key: xdr.ScVal.scvVec([xdr.ScVal.scvSymbol("Balance"), address(ESCROW)]),
  durability: PERSISTENT,
} as const;

function keyBytes(id: bigint): Buffer {
  return ledgerKeyOf({ contract: ESCROW, key: streamKey(id), durability: PERSISTENT }).toXDR();
}

function encoded(contract: string, key: xdr.ScVal, val: xdr.ScVal): string {
  const entry: TestEntry = { contract, key, val, durability: PERSISTENT, lastModified: 0, liveUntil: null };
  return entryDataOf(entry).toXDR("base64");
}
