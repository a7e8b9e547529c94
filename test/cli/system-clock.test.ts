import { getEventListeners } from "node:events";
import { systemClock } from "../../src/cli/process/process-io.js";

const LONG_MS = 60_000;

describe("the system's clock", () => {
  it("sleeps for as long as it is told", async () => {
    const startedAt = performance.now();
    await systemClock.sleep(20, new AbortController().signal);
    await systemClock.sleep(0);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(19);
  });

  it("wakes with the signal's reason, however many sleep under it, and has one listener for all of them", async () => {
    const controller = new AbortController();
    const sleepers = Array.from({ length: 20 }, () => systemClock.sleep(LONG_MS, controller.signal));
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
    const reason = new Error("enough");
    controller.abort(reason);
    const ends = await Promise.allSettled(sleepers);
    expect(ends).toEqual(sleepers.map(() => ({ status: "rejected", reason })));
  });

  it("does not sleep at all under a signal that has aborted", async () => {
    const reason = new Error("too late");
    await expect(systemClock.sleep(LONG_MS, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
