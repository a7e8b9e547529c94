import { whileBusy } from "../../../../src/adapters/db/sqlite/connection.js";

const busy = (code = "SQLITE_BUSY") => Object.assign(new Error("database is locked"), { code });

/** Work that finds the lock taken a number of times. */
function locked(times: number, code?: string): { work: () => string; attempts: () => number } {
  let attempts = 0;
  return {
    work: () => {
      attempts += 1;
      if (attempts <= times) throw busy(code);
      return "done";
    },
    attempts: () => attempts,
  };
}

describe("whileBusy", () => {
  it("repeats work until the lock is free", async () => {
    for (const code of ["SQLITE_BUSY", "SQLITE_BUSY_RECOVERY", "SQLITE_LOCKED"]) {
      const { work, attempts } = locked(2, code);
      expect(await whileBusy(60_000, work)).toBe("done");
      expect(attempts()).toBe(3);
    }
  });

  it("gives up when time is up, with the driver's error", async () => {
    const { work, attempts } = locked(Number.POSITIVE_INFINITY);
    await expect(whileBusy(0, work)).rejects.toMatchObject({ code: "SQLITE_BUSY" });
    expect(attempts()).toBe(1);
  });

  it("gives up at once when aborted, with the signal's reason", async () => {
    const abort = new AbortController();
    const reason = new Error("interrupted");
    const work = () => {
      abort.abort(reason);
      throw busy();
    };
    await expect(whileBusy(60_000, work, abort.signal)).rejects.toBe(reason);
  });

  it("does not repeat what fails for another reason", async () => {
    const { work, attempts } = locked(5, "SQLITE_CORRUPT");
    await expect(whileBusy(60_000, work)).rejects.toMatchObject({ code: "SQLITE_CORRUPT" });
    expect(attempts()).toBe(1);
  });
});
