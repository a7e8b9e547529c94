import type { Layout, LayoutField } from "../../../src/core/contract/layout.js";
import { readStruct } from "../../../src/core/contract/stream-struct.js";
import { balancesOf } from "../../../src/core/inspection/balances.js";
import type { ScVal } from "../../../src/core/xdr/scval.js";

const AT = { seconds: 500n, source: { kind: "ledger", ledger: 9 } } as const;
const AMOUNTS = { total: { type: "amount", role: "total" }, paid: { type: "amount", role: "released" } } as const;

function balances(further: Record<string, LayoutField>, held: Record<string, ScVal>, phases: Layout["phases"] = {}) {
  const fields = { ...AMOUNTS, ...further };
  const layout: Layout = { name: "x", stream: { storage: "persistent", key: ["S", { u64: "$id" }] }, fields, phases };
  const values: Record<string, ScVal> = {
    total: { type: "i128", value: 100n },
    paid: { type: "i128", value: 30n },
    ...held,
  };
  const map = Object.entries(values).map(([name, val]) => ({ key: { type: "symbol", value: name } as const, val }));
  return balancesOf(readStruct({ type: "map", value: map }, layout), layout, AT);
}

const status = (name: string) => ({ state: { type: "symbol", value: name } }) as const;
const STATE = { state: { type: "status", role: "status" } } as const;
const FLAG = { running: { type: "boolean", role: "active" } } as const;

describe("what a stream's amounts come to", () => {
  it("is owed while its status, or else its flag, says that it is open", () => {
    expect(balances(STATE, status("Active"))).toMatchObject({ total: 100n, released: 30n, owed: 70n });
    expect(balances(STATE, status("Cancelled"))?.owed).toBe(0n);
    expect(balances(STATE, status("Live"), { Live: "Active" })?.owed).toBe(70n);
    expect(balances(FLAG, { running: { type: "bool", value: true } })?.owed).toBe(70n);
    expect(balances(FLAG, { running: { type: "bool", value: false } })?.owed).toBe(0n);
  });

  it("is not told where nothing says whether it is open, or how it vests", () => {
    const unknown = { owed: null, vested: null, withdrawable: null, overpaid: null };
    expect(balances(STATE, status("Live"))).toMatchObject(unknown);
    expect(balances({}, {})).toMatchObject(unknown);
  });
});
