import fc from "fast-check";
import { github } from "../../../src/report/formats/github.js";
import { discrepancy, emptyReport, fullReport } from "../../support/core-report.js";
import { contractId } from "../../support/streampay-contract.js";

const show = (report = fullReport()) => github(report, { color: false, width: null, limit: 50 });

interface Command {
  readonly level: string;
  readonly title: string;
  readonly message: string;
}

/** What GitHub's runner makes of a log: its commands, their properties and data decoded. */
function commands(log: string): Command[] {
  return log.split("\n").flatMap((line) => {
    if (!line.trimStart().startsWith("::")) return [];
    const [, level, title, message] = /^::(error|warning|notice) title=([^:,\r]*)::([^\r]*)$/.exec(line)!;
    const decode = (text: string) =>
      text.replace(/%(0D|0A|3A|2C|25)/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    return [{ level: level!, title: decode(title!), message: decode(message!) }];
  });
}
const plainLines = (log: string) => log.split("\n").filter((line) => !line.startsWith("::"));

describe("github", () => {
  it("starts with the headline, and annotates every finding by how bad it is", () => {
    const all = commands(show());
    expect(all[0]).toMatchObject({ level: "error", title: "Reconciliation: Violation" });
    expect(all.map(({ level }) => level).join(" ")).toBe(`${"error ".repeat(10)}warning notice`);
    expect(all[1]).toMatchObject({ title: expect.stringMatching(/^Violation: .*, released_within_total on chain$/) });
    expect(all.find(({ level }) => level === "warning")!.title).toBe("Lag: stream_3, status");
    expect(plainLines(show())[0]).toMatch(/^Violation \(VIOLATION, exit code 4\): /);
  });

  it.each([9, 10, 30])("shows ten annotations of a level at most, and says how many more: %i", (streams) => {
    const discrepancies = Array.from({ length: streams }, (_, i) => discrepancy(`s${i}`, "released_amount", "1", "2"));
    const all = commands(show(emptyReport({ status: "DRIFT", exitCode: 3, discrepancies })));
    expect(all).toHaveLength(10);
    const last = all.at(-1)!;
    if (streams === 9) expect(last.title).toBe("Drift: s8, released_amount");
    else expect(last.message).toMatch(new RegExp(`^${streams - 8} more findings of this level`));
  });

  it("is a notice where all is well, and a warning where only lag is", () => {
    expect(commands(show(emptyReport()))).toMatchObject([{ level: "notice", title: "Reconciliation: In sync" }]);
    const lag = { ...emptyReport().summary, streamsChecked: 1, lagging: 1 };
    expect(commands(show(emptyReport({ summary: lag })))[0]).toMatchObject({ level: "warning" });
  });

  it.each([
    "::error::x",
    "a\n::set-env name=PATH::/evil",
    "a\r::stop-commands::x",
    "%0A::error::x",
    "##[add-mask]secret",
    "a,file=/etc/passwd,line=1",
    "a::b",
  ])("keeps the hostile stream id %j inside of its own annotation", (id) => {
    const found = discrepancy(id, id, id, "x");
    const log = show(
      emptyReport({
        status: "DRIFT",
        exitCode: 3,
        scope: [id],
        discrepancies: [found],
        summary: { ...emptyReport().summary, drifted: 1 },
      }),
    );
    expect(commands(log)).toHaveLength(2);
    for (const line of plainLines(log)) expect(line).not.toMatch(/##\[|^\s*::/);
    const escaped = id.replace("\n", "\\x0a").replace("\r", "\\x0d");
    expect(commands(log)[1]!.title).toBe(`Drift: ${escaped}, ${escaped}`);
  });

  it("tells amounts in the token's units, too", () => {
    const token = contractId(3);
    const found = { ...discrepancy("a", "released_amount", "0", "25000000"), token };
    const tokens = [{ token, symbol: "USDC", decimals: 7, source: "chain" as const }];
    const [annotation] = commands(show(emptyReport({ discrepancies: [found], tokens })));
    expect(annotation!.message).toMatch(
      /^a, released_amount: database 0 \(0 USDC\), on chain 25,000,000 \(2\.5 USDC\)\. /,
    );
  });

  it("has as many lines whatever the values are", () => {
    const lines = (value: string) =>
      show(emptyReport({ scope: [value], discrepancies: [discrepancy(value, value, value, null)] })).split("\n").length;
    fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => expect(lines(value)).toBe(lines("x"))));
  });
});
