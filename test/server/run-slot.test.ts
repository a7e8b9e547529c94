import { Problem } from "../../src/server/problem.js";
import { type RunHandle, RunSlot, type StopSignal } from "../../src/server/run-slot.js";
import { deferred, settled } from "../support/core-deferred.js";

const full = (runId: string) => new Problem(409, "run_in_progress", `${runId} is under way`, { runId });
const slotFor = (room: number, queue: number) => new RunSlot({ room, queue }, full);

const STOPPING = { status: 503, problem: "service_stopping" };

type Run = ReturnType<typeof startIn>;

/** A run that ends when the test says so. */
function startIn(slot: RunSlot, runId: string) {
  const { promise, resolve } = deferred<string>();
  const signals: StopSignal[] = [];
  let handle: RunHandle | undefined;
  const done = slot.occupy(runId, (given) => {
    handle = given;
    return promise;
  });
  // What it ends with is looked at later, if at all.
  done.catch(() => {});
  return {
    done,
    signals,
    end: () => resolve(`${runId} is done`),
    hasStarted: () => handle !== undefined,
    runId: () => handle?.runId,
    listen: () => handle!.onStopSignal((signal) => signals.push(signal)),
  };
}

describe("room for runs", () => {
  it("is given to each run under its own name, and its result is returned", async () => {
    const slot = slotFor(1, 0);
    const run = startIn(slot, "run-1");
    expect([run.runId(), slot.isBusy]).toEqual(["run-1", true]);
    run.end();
    expect(await run.done).toBe("run-1 is done");
    expect(slot.isBusy).toBe(false);
  });

  it("is refused by the name of the oldest run that has not finished", async () => {
    const slot = slotFor(2, 0);
    const [one, two] = [startIn(slot, "run-1"), startIn(slot, "run-2")];
    await expect(startIn(slot, "run-3").done).rejects.toMatchObject({ more: { runId: "run-1" } });
    one.end();
    await one.done;
    const four = startIn(slot, "run-4");
    await expect(startIn(slot, "run-5").done).rejects.toMatchObject({ more: { runId: "run-2" } });
    two.end();
    four.end();
    await Promise.all([two.done, four.done]);
    expect(slot.isBusy).toBe(false);
  });

  it("is free again after a run that failed", async () => {
    const slot = slotFor(1, 0);
    await expect(slot.occupy("run-1", () => Promise.reject(new Error("no disk")))).rejects.toThrow("no disk");
    const next = startIn(slot, "run-2");
    expect(next.hasStarted()).toBe(true);
    await expect(startIn(slot, "run-3").done).rejects.toMatchObject({ more: { runId: "run-2" } });
    next.end();
    await next.done;
  });

  it("goes to those who wait, in their order, and only one too many is turned away", async () => {
    const slot = slotFor(1, 2);
    const [one, two, three, four] = [1, 2, 3, 4].map((n) => startIn(slot, `run-${n}`)) as [Run, Run, Run, Run];
    await expect(four.done).rejects.toMatchObject({ status: 409, more: { runId: "run-1" } });
    expect([two.hasStarted(), three.hasStarted()]).toEqual([false, false]);
    one.end();
    await one.done;
    expect([two.hasStarted(), three.hasStarted(), slot.isBusy]).toEqual([true, false, true]);
    two.end();
    await two.done;
    expect(three.hasStarted()).toBe(true);
    three.end();
    expect(await three.done).toBe("run-3 is done");
    expect(slot.isBusy).toBe(false);
  });
});

describe("a slot that is closed", () => {
  it("takes no run more, though there is room", async () => {
    const slot = slotFor(1, 1);
    await slot.close();
    const late = startIn(slot, "run-1");
    await expect(late.done).rejects.toMatchObject(STOPPING);
    expect([late.hasStarted(), slot.isBusy]).toEqual([false, false]);
  });

  it("turns away those who wait, who then never run", async () => {
    const slot = slotFor(1, 2);
    const [one, two, three] = [1, 2, 3].map((n) => startIn(slot, `run-${n}`)) as [Run, Run, Run];
    const closed = slot.close();
    await expect(two.done).rejects.toMatchObject(STOPPING);
    await expect(three.done).rejects.toMatchObject(STOPPING);
    one.end();
    await closed;
    expect([two.hasStarted(), three.hasStarted(), slot.isBusy]).toEqual([false, false, false]);
  });

  it.each(["succeed", "fail"])("is closed only when all current runs have ended, even if they %s", async (how) => {
    const slot = slotFor(2, 0);
    const [one, two] = [deferred<void>(), deferred<void>()];
    const runs = [slot.occupy("run-1", () => one.promise), slot.occupy("run-2", () => two.promise)];
    const ended = Promise.allSettled(runs);
    let isClosed = false;
    const closed = slot.close().then(() => {
      isClosed = true;
    });
    if (how === "fail") one.reject(new Error("no disk"));
    else one.resolve();
    await settled();
    expect(isClosed).toBe(false);
    two.resolve();
    await closed;
    await ended;
    expect(slot.isBusy).toBe(false);
  });
});

describe("a signal", () => {
  it("reaches all who listen in all current runs", async () => {
    const slot = slotFor(2, 0);
    const [one, two] = [startIn(slot, "run-1"), startIn(slot, "run-2")];
    for (const run of [one, one, two]) run.listen();
    expect([one.signals, two.signals]).toEqual([[], []]);
    slot.stop("SIGTERM");
    expect([one.signals, two.signals]).toEqual([["SIGTERM", "SIGTERM"], ["SIGTERM"]]);
  });

  it("reaches at once who listens only later, and is then the first of two", () => {
    const slot = slotFor(1, 0);
    const run = startIn(slot, "run-1");
    slot.stop("SIGINT");
    run.listen();
    expect(run.signals).toEqual(["SIGINT"]);
    slot.stop("SIGTERM");
    expect(run.signals).toEqual(["SIGINT", "SIGTERM"]);
    run.listen();
    expect(run.signals).toEqual(["SIGINT", "SIGTERM", "SIGINT"]);
  });

  it("does not reach who has stopped listening, nor a run that has ended", async () => {
    const slot = slotFor(2, 0);
    const [one, two] = [startIn(slot, "run-1"), startIn(slot, "run-2")];
    one.listen()();
    two.listen();
    two.end();
    await two.done;
    slot.stop("SIGTERM");
    expect([one.signals, two.signals]).toEqual([[], []]);
  });
});
