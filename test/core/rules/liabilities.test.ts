import { Liabilities } from "../../../src/core/rules/liabilities.js";
import { streampay } from "../../../src/presets/streampay.js";
import { chainRecord } from "../../support/core-chain-record.js";
import { contractId, type StreamStruct, streamStruct } from "../../support/streampay-contract.js";

const owed = (layout: typeof streampay, ...streams: Partial<StreamStruct>[]) => {
  const liabilities = new Liabilities(layout);
  for (const stream of streams) {
    const record = chainRecord(streamStruct(stream));
    if (record.kind !== "stream") throw new Error("a fixture that cannot be read");
    liabilities.add(record.stream, record.modified);
  }
  return { ...Object.fromEntries(liabilities.owed), count: liabilities.count };
};
const A = contractId(3);
const B = contractId(4);

describe("what an escrow owes", () => {
  it("is the rest of its open streams, by token", () => {
    expect(
      owed(
        streampay,
        { status: "Draft", released_amount: 0n },
        { status: "Active" },
        { status: "Paused", released_amount: 1_999n },
        { status: "Active", token: B, released_amount: 2_000n },
        { status: "Active", token: B, released_amount: 1_990n },
      ),
    ).toEqual({ [A]: 3_001n, [B]: 10n, count: 5 });
  });

  it("is nothing for streams that are done, whatever they left", () => {
    const done = ["Settled", "Ended", "Cancelled"].map((status) => ({ status, released_amount: 0n }));
    expect(owed(streampay, ...done)).toEqual({ count: 3 });
  });

  it("is the plain sum: what one stream was overpaid is a finding of its own, and no shortfall of the others", () => {
    expect(owed(streampay, { released_amount: 2_500n }, { released_amount: 1_900n })).toEqual({ [A]: -400n, count: 2 });
  });

  it("is exact beyond 2^64", () => {
    const total_amount = (1n << 126n) + 1n;
    expect(owed(streampay, { total_amount }, { total_amount })).toEqual({
      [A]: 2n * (total_amount - 1_000n),
      count: 2,
    });
  });

  it.each(["token", "status", "total_amount", "released_amount"])("cannot be told without %s", (name) => {
    const { [name]: field, ...fields } = streampay.fields;
    const { role: _, ...withoutRole } = field!;
    expect(owed({ ...streampay, fields: { ...fields, [name]: withoutRole } }, {})).toEqual({ count: 1 });
  });
});
