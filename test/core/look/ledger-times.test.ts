import { UnavailableError } from "../../../src/core/errors.js";
import { LedgerTimes } from "../../../src/core/look/ledger-times.js";
import { MemoryChain } from "../../support/core-memory-chain.js";
import { ManualClock } from "../../support/manual-clock.js";
import { linesOf, MovingWorld } from "../../support/moving-world.js";
import { streamStruct } from "../../support/streampay-contract.js";

const NOW = 1_800_000_000;
let chain: MemoryChain;
let times: LedgerTimes;
let asked: number;
beforeEach(() => {
  chain = new MemoryChain();
  chain.closeTime = 1_500n;
  asked = 0;
  const latestLedger = chain.latestLedger.bind(chain);
  chain.latestLedger = () => {
    asked += 1;
    return latestLedger();
  };
  times = new LedgerTimes(chain, new ManualClock(NOW * 1000));
});

describe("a time at which a ledger had closed", () => {
  it("is that of the newest ledger, asked for once", async () => {
    expect(await times.notBefore(1000, {})).toBe(1_500n);
    chain.ledger = 1001;
    chain.closeTime = 1_505n;
    expect(await times.notBefore(999, {})).toBe(1_500n);
    expect(await times.notBefore(1000, {})).toBe(1_500n);
    expect(asked).toBe(1);
  });

  it("is never that of an earlier ledger: it is asked for again", async () => {
    await times.notBefore(1000, {});
    chain.ledger = 1007;
    chain.closeTime = 1_535n;
    expect(await times.notBefore(1001, {})).toBe(1_535n);
    expect(await times.notBefore(1007, {})).toBe(1_535n);
    expect(asked).toBe(2);
  });

  it("is ours, and five minutes, where the source does not tell: clocks differ", async () => {
    chain.closeTime = null;
    expect(await times.notBefore(1000, {})).toBe(BigInt(NOW + 300));
    const odd = new LedgerTimes(chain, new ManualClock(NOW * 1000 + 1));
    expect(await odd.notBefore(1000, {})).toBe(BigInt(NOW + 301));
  });

  it("cannot be had from a node that is gone", async () => {
    chain.latestLedger = async () => {
      throw new UnavailableError("rpc_unreachable", "gone");
    };
    await expect(times.notBefore(1000, {})).rejects.toMatchObject({ code: "rpc_unreachable" });
  });
});

describe("what had vested by the ledger's time", () => {
  // Half of 2000 at 1500.
  const stream = (released_amount: bigint) => streamStruct({ released_amount, last_update: 1_400n });
  const look = async (released: bigint, closeTime: bigint | null, edit: (world: MovingWorld) => void = () => {}) => {
    const world = new MovingWorld();
    world.count(2);
    world.both(stream(released));
    world.chain.closeTime = closeTime;
    edit(world);
    return linesOf(await world.run({ confirm: 0 }));
  };
  const OVERPAID = ["stream_1 violates released_within_vested"];

  it("may be paid out to the last unit, and not one more", async () => {
    expect(await look(1_000n, 1_500n)).toEqual([]);
    expect(await look(1_001n, 1_500n)).toEqual(OVERPAID);
    expect(await look(1_001n, 1_501n)).toEqual([]);
  });

  it("is not judged by a time that nobody told, beyond doubt", async () => {
    expect(await look(1_001n, null)).toEqual([]);
  });

  it("is judged by a time not before the ledger that the stream was read at", async () => {
    // The node has gone on since the time was asked for: by then it was right to pay this much.
    const moved = await look(1_002n, 1_500n, (world) => {
      world.both(streamStruct({ id: 2n }));
      world.count(3);
      world.chain.beforeAnswer = (read) => {
        if (read !== 1) return;
        world.chain.ledger = 1010;
        world.chain.closeTime = 1_550n;
      };
    });
    expect(moved).toEqual([]);
  });

  it("is not asked for where no invariant needs it", async () => {
    const world = new MovingWorld();
    world.count(2);
    world.both(stream(1_001n));
    world.chain.latestLedger = async () => {
      throw new UnavailableError("rpc_unreachable", "gone");
    };
    const { streampay } = await import("../../../src/presets/streampay.js");
    const layout = { ...streampay, invariants: [] };
    expect(linesOf(await world.run({ confirm: 0, layout }))).toEqual([]);
  });
});
