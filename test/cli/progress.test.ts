import { stripVTControlCharacters } from "node:util";
import { isWatched, Progress } from "../../src/cli/reconciliation/progress.js";
import type { RunProgress } from "../../src/core/look/run-progress.js";
import { cli } from "../support/cli-io.js";
import { type CliWorld, createWorld } from "../support/cli-world.js";
import { ManualClock } from "../support/manual-clock.js";

/** Draws what it is told at the times it is told, on a terminal of so many columns; the lines that were drawn. */
async function drawn(
  columns: number,
  steps: readonly (readonly [ms: number, progress: RunProgress])[],
): Promise<string[]> {
  const clock = new ManualClock();
  let text = "";
  const write = (more: string) => {
    text += more;
  };
  const output = { isTTY: true, columns, write };
  const progress = new Progress(output, clock, true);
  for (const [ms, state] of steps) {
    await clock.sleep(ms);
    progress.update(state);
  }
  return text.split("\r\u001b[K").slice(1).map(stripVTControlCharacters);
}

const comparing = (seen: number, total: number | null = null): RunProgress => ({ phase: "comparing", seen, total });
const looking = (phase: "waiting" | "looking-again", look: number, seen = 0): RunProgress => ({
  ...{ phase, look, looks: 3, streams: 1_234, seen, ledger: 59_123_457 },
});

describe("the line of progress", () => {
  it("tells how many, how fast and how long", async () => {
    const lines = await drawn(80, [
      [500, comparing(5_000, 100_000)],
      [500, comparing(10_000, 100_000)],
      [9_000, comparing(99_999, 100_000)],
      [1_000, comparing(100_000, 100_000)],
    ]);
    expect(lines).toEqual([
      "5,000 of about 100,000 streams compared",
      "10,000 of about 100,000 streams compared, 10,000/s, about 9 s left",
      "99,999 of about 100,000 streams compared, 10,000/s, about 1 s left",
      "100,000 of about 100,000 streams compared, 9,091/s",
    ]);
  });

  it.each([
    [61, "2 min"],
    [3_599, "1 h 0 min"],
    [3_601, "1 h 1 min"],
    [59, "59 s"],
  ])("tells %i seconds as a person would", async (seconds, text) => {
    const [line] = await drawn(80, [[1_000, comparing(1, seconds + 1)]]);
    expect(line).toContain(`about ${text} left`);
  });

  it("tells no time left when nobody knows how many there are, or there are more than were counted", async () => {
    expect(await drawn(80, [[2_000, comparing(5_000)]])).toEqual(["5,000 streams compared, 2,500/s"]);
    expect(await drawn(80, [[2_000, comparing(5_000, 4_000)]])).toEqual(["5,000 streams compared, 2,500/s"]);
    expect(await drawn(80, [[2_000, comparing(0, 4_000)]])).toEqual(["0 of about 4,000 streams compared, 0/s"]);
  });

  it("tells at which look it is, and what it waits for", async () => {
    const lines = await drawn(80, [
      [0, looking("waiting", 2)],
      [0, looking("looking-again", 2)],
      [0, looking("waiting", 5)],
    ]);
    expect(lines).toEqual([
      "looking again (2 of 3), waiting for ledger 59123457",
      "looking again (2 of 3) at 1,234 streams that differ",
      "looking again (5 of 5), waiting for ledger 59123457",
    ]);
  });

  it("tells how far a look is that takes its time", async () => {
    const lines = await drawn(80, [
      [0, comparing(5_000, 5_000)],
      [60_000, looking("looking-again", 1)],
      [500, looking("looking-again", 1, 200)],
      [1_500, looking("looking-again", 1, 617)],
      [1_000, looking("looking-again", 1, 1_234)],
    ]);
    expect(lines.slice(1)).toEqual([
      "looking again (1 of 3) at 1,234 streams that differ",
      "looking again (1 of 3) at 1,234 streams that differ",
      "looking again (1 of 3): 617 of 1,234 streams that differ, about 2 s left",
      "looking again (1 of 3) at 1,234 streams that differ",
    ]);
  });

  it.each([20, 30, 40, 60, 80, 200])("fits %i columns, one left free", async (columns) => {
    const lines = await drawn(columns, [
      [5_000, comparing(123_456, 1_000_000)],
      [5_000, comparing(12_345_678)],
      [200, looking("waiting", 1)],
      [200, looking("looking-again", 3)],
    ]);
    expect(lines).toHaveLength(4);
    for (const line of lines) expect(line.length).toBeLessThan(columns);
    expect(lines[0]).toMatch(/^123,456/);
  });

  it("is drawn ten times a second at most, and anew when something else begins", async () => {
    const steps = Array.from({ length: 100 }, (_, i) => [10, comparing(i)] as const);
    expect(await drawn(80, steps)).toHaveLength(10);
    expect(
      await drawn(80, [
        [0, comparing(1)],
        [1, looking("looking-again", 1)],
      ]),
    ).toHaveLength(2);
  });

  it("is nobody's where a log keeps every line, or the line cannot be drawn again", () => {
    expect([{}, { CI: "" }, { CI: "false" }, { TERM: "xterm" }].map(isWatched)).toEqual([true, true, true, true]);
    expect([{ CI: "true" }, { CI: "1" }, { TERM: "dumb" }].map(isWatched)).toEqual([false, false, false]);
  });
});

describe("a run on a terminal", () => {
  let world: CliWorld;
  beforeEach(async () => {
    world = await createWorld((rows) => {
      rows[0]!.released_amount = "'7'";
    });
  });
  afterEach(() => world.close());

  const linesOf = (stderr: string) => stderr.split("\r\u001b[K").filter((line) => line !== "");

  it("tells what it does, and clears the line", async () => {
    const clock = new ManualClock();
    clock.onSleep = () => {
      world.ledger.sequence += 1;
    };
    const { stderr } = await cli([...world.overRpc, "--dry-run", "--confirm", "2"], { terminal: 80, clock });
    expect(linesOf(stderr)).toEqual([
      "3 of about 3 streams compared",
      "looking again (1 of 2) at 1 stream that differs, waiting for ledger 1001",
      "looking again (1 of 2) at 1 stream that differs",
      "looking again (2 of 2) at 1 stream that differs, waiting for ledger 1002",
      "looking again (2 of 2) at 1 stream that differs",
    ]);
    expect(stderr.endsWith("\r\u001b[K")).toBe(true);
  });

  it("counts only what was asked for, and looks again once where nothing moves", async () => {
    const { stderr } = await cli([...world.overSnapshot, "--dry-run", "--stream", "stream_1"], { terminal: 80 });
    expect(linesOf(stderr)).toEqual([
      "1 of about 1 streams compared",
      "looking again (1 of 1) at 1 stream that differs",
    ]);
  });

  it("tells nothing in CI", async () => {
    const { stderr } = await cli([...world.overSnapshot, "--dry-run"], { terminal: 80, env: { CI: "true" } });
    expect(stderr).toBe("");
  });
});
