import fc from "fast-check";
import { vested as vestedByTerms } from "../../../src/core/rules/vesting.js";
import { lives, vested as vestedByModel } from "../../support/core-escrow-model.js";
import { type StreamStruct, streamStruct } from "../../support/streampay-contract.js";

const vested = (stream: StreamStruct, now: bigint): bigint =>
  vestedByTerms(
    {
      status: stream.status.toUpperCase(),
      total: stream.total_amount,
      start: stream.start_time,
      end: stream.end_time,
      duration: stream.duration,
      pausedAt: stream.paused_at,
      totalPaused: stream.total_paused_duration,
    },
    now,
  );

describe("what has vested", () => {
  const running = streamStruct({ total_amount: 1_000n, duration: 3n, start_time: 10n, end_time: 13n });

  it.each<[string, Partial<StreamStruct>, bigint, bigint]>([
    ["nothing before the start", {}, 9n, 0n],
    ["nothing at the start", {}, 10n, 0n],
    ["the part that has passed, cut to whole units", {}, 11n, 333n],
    ["the part that has passed, cut to whole units", {}, 12n, 666n],
    ["everything at the end", {}, 13n, 1_000n],
    ["no more after the end", {}, 99n, 1_000n],
    ["nothing of a draft", { status: "Draft" }, 99n, 0n],
    ["nothing further while paused", { status: "Paused", paused_at: 11n }, 99n, 333n],
    ["nothing further while paused, but no more than by now", { status: "Paused", paused_at: 12n }, 11n, 333n],
    ["not for the time that it was paused", { end_time: 15n, total_paused_duration: 2n }, 13n, 333n],
    ["nothing while all time was pause", { end_time: 15n, total_paused_duration: 2n }, 11n, 0n],
    ["no more than everything, however late the end", { end_time: 20n }, 14n, 1_000n],
    ["everything where there is no duration", { duration: 0n }, 10n, 1_000n],
    ["everything that an amendment leaves: the window of the end", { end_time: 12n }, 99n, 666n],
  ])("is %s", (_what, change, now, amount) => {
    expect(vested({ ...running, ...change }, now)).toBe(amount);
  });

  it("is what the model of the contract pays out, and never falls as time passes", () => {
    fc.assert(
      fc.property(lives(true), fc.bigInt({ min: 0n, max: 100_000n }), (states, later) => {
        for (const { stream, now } of states) {
          expect(vested(stream, now + later)).toBe(vestedByModel(stream, now + later));
          expect(vested(stream, now + later)).toBeGreaterThanOrEqual(vested(stream, now));
        }
      }),
    );
  });
});
