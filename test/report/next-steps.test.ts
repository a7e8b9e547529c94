import type { Report } from "../../src/core/report/report.js";
import { explain } from "../../src/explanations/explain.js";
import { mostUrgentCode, nextSteps } from "../../src/report/next-steps.js";
import { discrepancy, emptyReport, fullReport } from "../support/core-report.js";

const steps = (overrides: Partial<Report>) => nextSteps(emptyReport(overrides)).map((step) => step.split(":")[0]);
const summary = (counts: Partial<Report["summary"]>) => ({ summary: { ...emptyReport().summary, ...counts } });
const violation = { streamId: "s", invariant: "i", message: "m", values: {} };

describe("what to do next", () => {
  it("is nothing when all is well, notices included", () => {
    expect(steps({ notices: [{ streamId: null, code: "c", message: "m" }] })).toEqual([]);
  });

  it.each<[string, Partial<Report>]>([
    ["An invariant is broken on chain", { violations: [{ ...violation, side: "on_chain" }] }],
    ["An invariant is broken in the database", { violations: [{ ...violation, side: "db" }] }],
    ["Drift", summary({ drifted: 1 })],
    ["Missing on chain", summary({ missingOnChain: 1 })],
    ["Missing in the database", summary({ missingInDb: 1 })],
    ["Lag", summary({ lagging: 1 })],
    ["Not everything was checked", { errors: [{ streamId: null, code: "c", message: "m" }] }],
    [
      "Whether the escrow can pay is not known",
      { notices: [{ streamId: null, code: "solvency_undecided", message: "m" }] },
    ],
  ])("is one step for: %s", (start, overrides) => {
    expect(steps(overrides)).toEqual([start]);
  });

  it("begins with what is most urgent", () => {
    expect(nextSteps(fullReport()).map((step) => step.split(":")[0])).toEqual([
      "An invariant is broken on chain",
      "An invariant is broken in the database",
      "Drift",
      "Missing on chain",
      "Missing in the database",
      "Lag",
      "Not everything was checked",
    ]);
  });

  it("names a stream that has drifted, not one that lags or is missing", () => {
    const discrepancies = [
      discrepancy("lagging", "status", "a", "b", "lag"),
      discrepancy("missing", "presence", "present", "missing"),
      discrepancy("drifted", "status", "a", "b"),
    ];
    const [step] = nextSteps(emptyReport({ ...summary({ drifted: 1 }), discrepancies }));
    expect(step).toMatch(/\. One with its cause: reconcile-streams inspect drifted$/);
  });

  it.each([
    ["a b", "inspect 'a b'"],
    ["$(reboot)", "inspect '$(reboot)'"],
    ["it's; `x`", "inspect 'it'\\''s; `x`'"],
    ["-rf", "inspect -- -rf"],
    ["", "inspect ''"],
    ["on-chain:7", "inspect on-chain:7"],
  ])("names %j so that a shell takes it for one word", (id, command) => {
    const discrepancies = [discrepancy(id, "status", "a", "b")];
    const [step] = nextSteps(emptyReport({ ...summary({ drifted: 1 }), discrepancies }));
    expect(step!.endsWith(command)).toBe(true);
  });

  it("names no stream that nobody could type", () => {
    const discrepancies = [discrepancy("a\u202e\n", "status", "a", "b")];
    const [step] = nextSteps(emptyReport({ ...summary({ drifted: 1 }), discrepancies }));
    expect(step).toMatch(/\(docs\/runbook\.md, Drift\)\.$/);
  });
});

describe("the code to ask explain for", () => {
  it.each<[string | null, Partial<Report>]>([
    [null, {}],
    [null, { notices: [{ streamId: null, code: "ttl_low", message: "m" }] }],
    ["solvent", { ...fullReport(), violations: [{ ...violation, invariant: "solvent", side: "on_chain" }] }],
    ["drift", { discrepancies: [discrepancy("a", "status", "x", "y", "lag"), discrepancy("b", "status", "x", "y")] }],
    ["missing-in-db", { discrepancies: [discrepancy("a", "presence", "missing", "present")] }],
    ["missing-on-chain", { discrepancies: [discrepancy("a", "presence", "present", "missing")] }],
    ["lag", { discrepancies: [discrepancy("a", "presence", "missing", "present", "lag")] }],
    ["rpc_timeout", { errors: [{ streamId: null, code: "rpc_timeout", message: "m" }] }],
  ])("is %s, and can be explained", (code, overrides) => {
    expect(mostUrgentCode(emptyReport(overrides))).toBe(code);
    if (code !== null) expect(explain(code)).not.toBeNull();
  });
});
