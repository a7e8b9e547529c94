import { xdr } from "@stellar/stellar-base";
import { WORLD_CONTRACT } from "../../support/cli-world.js";
import type { RpcRow } from "../../support/rpc-faults.js";
import type { SeededRandom } from "../../support/simulation/seeded-random.js";
import {
  address,
  contractId,
  i128,
  streamKey,
  streamVal,
  struct,
  unitVariant,
} from "../../support/streampay-contract.js";
import { entryDataOf, ledgerKeyOf } from "../../support/test-ledger.js";
import { victimKey } from "../aim.js";
import type { BreakClass } from "../case.js";
import { usualRequest } from "../usual-request.js";
import { inWorld, type World } from "../world.js";

type Rows = readonly RpcRow[];

/** What a node does to the rows of its answers, and whether a run may still call everything checked. */
interface RowAttack {
  readonly edit: (rows: Rows, world: World, random: SeededRandom) => readonly unknown[];
  /** Done to every answer, nobody can know what the chain says. */
  readonly hidesTheChain: boolean;
}

const ODD = [-1, 0, 2 ** 32, 2 ** 53, 1.5, "5", "", null, true, [], {}, "9".repeat(400), 1e300];

const keyOf = (contract: string, key: xdr.ScVal) =>
  ledgerKeyOf({ contract, key, durability: "persistent" }).toXDR("base64");
const instanceKey = () => keyOf(WORLD_CONTRACT, xdr.ScVal.scvLedgerKeyContractInstance());

const each = (edit: (row: RpcRow, world: World, random: SeededRandom) => unknown): RowAttack["edit"] => {
  return (rows, world, random) => rows.map((row) => edit(row, world, random));
};
const victims = (edit: (row: RpcRow, world: World, random: SeededRandom) => unknown): RowAttack["edit"] =>
  each((row, world, random) => (row.key === victimKey(world) ? edit(row, world, random) : row));

/** The row with another value, encoded by the Stellar library. */
const withValue = (row: RpcRow, contract: string, key: xdr.ScVal, val: xdr.ScVal) => ({
  ...row,
  xdr: entryDataOf({ contract, key, val, durability: "persistent", lastModified: 0, liveUntil: null }).toXDR("base64"),
});

const victimValue = (change: (fields: xdr.ScMapEntry[], world: World) => xdr.ScVal): RowAttack["edit"] =>
  victims((row, world) => {
    const { victim } = world.sides;
    return withValue(row, WORLD_CONTRACT, streamKey(victim.id), change(streamVal(victim).map()!, world));
  });

const field = (fields: readonly xdr.ScMapEntry[], name: string) =>
  fields.find((entry) => entry.key().sym().toString() === name)!;
const symbol = (name: string) => xdr.ScVal.scvSymbol(name);

const ATTACKS: Readonly<Record<string, RowAttack>> = {
  "no rows": { edit: () => [], hidesTheChain: true },
  "the victim's row left out": {
    edit: (rows, world) => rows.filter(({ key }) => key !== victimKey(world)),
    hidesTheChain: true,
  },
  "the contract's row left out": {
    edit: (rows) => rows.filter(({ key }) => key !== instanceKey()),
    hidesTheChain: true,
  },
  "rows of another key": {
    edit: victims((row) => ({ ...row, key: keyOf(WORLD_CONTRACT, streamKey(99n)) })),
    hidesTheChain: true,
  },
  "every row twice": { edit: (rows) => rows.flatMap((row) => [row, row]), hidesTheChain: false },
  "two rows for the victim that disagree": {
    edit: (rows, world) =>
      rows.flatMap((row) => {
        if (row.key !== victimKey(world)) return [row];
        const { victim } = world.sides;
        const other = streamVal({ ...victim, released_amount: victim.released_amount + 9n });
        return [row, withValue(row, WORLD_CONTRACT, streamKey(victim.id), other)];
      }),
    hidesTheChain: true,
  },
  "rows in reverse": { edit: (rows) => [...rows].reverse(), hidesTheChain: false },
  "rows nobody asked for": {
    edit: (rows) => [...rows, ...rows.map((row) => ({ ...row, key: keyOf(contractId(5), streamKey(1n)) }))],
    hidesTheChain: false,
  },
  "each with the bytes of the next": {
    edit: (rows) => (rows.length < 2 ? [] : rows.map((row, i) => ({ ...row, xdr: rows[(i + 1) % rows.length]!.xdr }))),
    hidesTheChain: true,
  },
  "an entry of another contract": {
    edit: victims((row, { sides: { victim } }) =>
      withValue(row, contractId(6), streamKey(victim.id), streamVal(victim)),
    ),
    hidesTheChain: true,
  },
  "an odd age": {
    edit: each((row, _w, random) => ({ ...row, lastModifiedLedgerSeq: random.pick(ODD) })),
    hidesTheChain: false,
  },
  "an odd end of life": {
    edit: each((row, _w, random) => ({ ...row, liveUntilLedgerSeq: random.pick(ODD) })),
    hidesTheChain: false,
  },
  "bytes of an odd type": {
    edit: victims((row, _w, random) => ({ ...row, xdr: random.pick(ODD) })),
    hidesTheChain: true,
  },
  "a key of an odd type": {
    edit: victims((row, _w, random) => ({ ...row, key: random.pick(ODD) })),
    hidesTheChain: true,
  },
  "rows that are no objects": { edit: (rows, _w, random) => rows.map(() => random.pick(ODD)), hidesTheChain: true },
  "base64 that is none": { edit: victims((row) => ({ ...row, xdr: `*${row.xdr.slice(1)}` })), hidesTheChain: true },
  "a status with a payload": {
    edit: victimValue((fields, { sides: { victim } }) => {
      field(fields, "status").val(xdr.ScVal.scvVec([symbol(victim.status), i128(7n)]));
      return xdr.ScVal.scvMap(fields);
    }),
    hidesTheChain: true,
  },
  "a field of the victim twice": {
    edit: victimValue((fields, { sides: { victim } }) => {
      const second = new xdr.ScMapEntry({
        key: symbol("released_amount"),
        val: i128(victim.released_amount + 11n),
      });
      const at = fields.indexOf(field(fields, "released_amount"));
      return xdr.ScVal.scvMap([...fields.slice(0, at + 1), second, ...fields.slice(at + 1)]);
    }),
    hidesTheChain: true,
  },
  "a field of the victim left out": {
    edit: victimValue((fields) =>
      xdr.ScVal.scvMap(fields.filter((entry) => entry !== field(fields, "released_amount"))),
    ),
    hidesTheChain: true,
  },
  "an amount of another type": {
    edit: victimValue((fields) => {
      field(fields, "released_amount").val(xdr.ScVal.scvString("a lot"));
      return xdr.ScVal.scvMap(fields);
    }),
    hidesTheChain: true,
  },
  "the contract's count twice": {
    edit: (rows, world) => contractRows(rows, [counter(world, 1n), counter(world, 0n)]),
    hidesTheChain: true,
  },
  "the contract's count missing": { edit: (rows) => contractRows(rows, []), hidesTheChain: true },
  "the contract's count of another type": {
    edit: (rows) => contractRows(rows, [new xdr.ScMapEntry({ key: unitVariant("StreamCount"), val: symbol("many") })]),
    hidesTheChain: true,
  },
  "a balance that is told twice": {
    edit: (rows, { sides: { victim } }) =>
      rows.map((row) => {
        const key = xdr.ScVal.scvVec([symbol("Balance"), address(WORLD_CONTRACT)]);
        if (row.key !== keyOf(victim.token, key)) return row;
        const rich = struct({ amount: i128(10n ** 30n), authorized: xdr.ScVal.scvBool(true) }).map()!;
        const poor = new xdr.ScMapEntry({ key: symbol("amount"), val: i128(0n) });
        return withValue(row, victim.token, key, xdr.ScVal.scvMap([rich[0]!, poor, rich[1]!]));
      }),
    hidesTheChain: true,
  },
};

const counter = ({ streams }: World, more: bigint) =>
  new xdr.ScMapEntry({
    key: unitVariant("StreamCount"),
    val: xdr.ScVal.scvU64(xdr.Uint64.fromString(String(BigInt(streams) + more))),
  });

function contractRows(rows: Rows, storage: xdr.ScMapEntry[]): readonly RpcRow[] {
  const executable = xdr.ContractExecutable.contractExecutableWasm(Buffer.alloc(32));
  const val = xdr.ScVal.scvContractInstance(new xdr.ScContractInstance({ executable, storage }));
  const key = xdr.ScVal.scvLedgerKeyContractInstance();
  return rows.map((row) => (row.key === instanceKey() ? withValue(row, WORLD_CONTRACT, key, val) : row));
}

/** A node whose rows are wrong, missing, doubled, or about something else. */
export const nodeRows: BreakClass = {
  name: "node rows",
  share: 9,
  attack: (random, lab) => {
    const name = random.pick(Object.keys(ATTACKS));
    return inWorld(random, lab, { chain: "rpc", attack: name }, async (world) => {
      const { edit, hidesTheChain } = ATTACKS[name]!;
      const always = random.chance(0.75);
      let struck = 0;
      world.node.turn(({ request, answer, send }) => {
        if (request.method !== "getLedgerEntries" || (!always && struck > 0)) return false;
        const whole = answer();
        const result = whole.result as { entries: RpcRow[] };
        const entries = edit(result.entries, world, random);
        if (JSON.stringify(entries) !== JSON.stringify(result.entries)) struck += 1;
        send(JSON.stringify({ ...whole, result: { ...result, entries } }));
        return true;
      });
      const reason = () => (always && hidesTheChain && struck > 0 ? `${name}, in every answer` : null);
      const { faults, how } = await usualRequest(random, world, reason);
      return { planted: `${world.plant}; ${name}, ${always ? "always" : "once"}; ${how}`, faults };
    });
  },
};
