import { Findings, statusOf } from "../../../src/core/report/findings.js";
import type { RunStatus, Violation } from "../../../src/core/report/report.js";
import type { Bucket, StreamOutcome } from "../../../src/core/report/stream-outcome.js";

const outcome = (bucket: Bucket, more: Partial<StreamOutcome> = {}): StreamOutcome => ({
  streamId: "s",
  bucket,
  discrepancies: [],
  differences: [],
  violations: [],
  errors: [],
  notices: [],
  ...more,
});
const violation: Violation = { streamId: "s", invariant: "i", side: "db", message: "m", values: {} };
const BUCKETS: readonly Bucket[] = ["inSync", "drifted", "lagging", "missingOnChain", "missingInDb", "unchecked"];

describe("Findings", () => {
  it("starts with nothing, and that is no success of its own making", () => {
    const findings = new Findings();
    expect(findings.summary).toEqual({
      ...{ streamsChecked: 0, inSync: 0, drifted: 0, lagging: 0, missingOnChain: 0, missingInDb: 0 },
      ...{ violations: 0, unchecked: 0, ignored: 0, confirmation: { found: 0, dismissed: 0, confirmed: 0 } },
    });
    expect([findings.seen, findings.ledger]).toEqual([0, null]);
  });

  it("puts every stream into one bucket; checked is every bucket but unchecked", () => {
    const findings = new Findings();
    BUCKETS.forEach((bucket, i) => {
      for (let n = 0; n <= i; n++) findings.add(outcome(bucket));
    });
    expect(findings.summary).toEqual({
      ...{ streamsChecked: 15, inSync: 1, drifted: 2, lagging: 3, missingOnChain: 4, missingInDb: 5 },
      ...{ violations: 0, unchecked: 6, ignored: 0, confirmation: { found: 0, dismissed: 0, confirmed: 0 } },
    });
    expect(findings.seen).toBe(21);
  });

  it("gives the units of one hundred tokens, and of no more", () => {
    const findings = new Findings();
    for (let n = 1; n <= 99; n++) findings.addViolation({ ...violation, values: { token: `T${n}` } });
    const ledger = { dbSynced: null, chainModified: null, observed: 1 };
    for (let n = 100; n <= 102; n++) {
      const values = {
        field: "f",
        dbValue: null,
        onChainValue: null,
        classification: "drift",
        reason: "missed",
      } as const;
      findings.add(outcome("drifted", { discrepancies: [{ streamId: "s", ...values, token: `T${n}`, ledger }] }));
    }
    findings.addViolation({ ...violation, values: { token: "T103" } });
    expect([findings.tokens.size, [...findings.tokens].at(-1)]).toEqual([100, "T100"]);
    expect([findings.violations.length, findings.discrepancies.length]).toEqual([100, 3]);
  });

  it("counts violations, not the streams that have them", () => {
    const findings = new Findings();
    findings.add(outcome("inSync", { violations: [violation, violation] }));
    findings.add(outcome("unchecked", { violations: [violation] }));
    expect(findings.summary).toMatchObject({ violations: 3, streamsChecked: 1, unchecked: 1 });
    expect(findings.violations).toHaveLength(3);
  });

  it("tells of every finding as it comes, and counts what it need not keep", () => {
    const told: unknown[] = [];
    const findings = new Findings({
      reader: { add: (finding) => told.push(finding), backlog: () => null },
      keep: false,
    });
    const remark = { streamId: "s", code: "ignored", message: "m" } as const;
    const discrepancy = {
      ...{ streamId: "s", field: "f", dbValue: "1", onChainValue: "2", classification: "drift" as const },
      ...{ reason: "missed" as const, token: null, ledger: { dbSynced: 1, chainModified: 1, observed: 1 } },
    };
    findings.add(outcome("drifted", { discrepancies: [discrepancy], violations: [violation], notices: [remark] }));
    findings.addError("chain_lost", "error");
    expect(told).toEqual([
      { kind: "discrepancy", ...discrepancy },
      { kind: "violation", ...violation },
      { kind: "notice", ...remark },
      { kind: "error", streamId: null, code: "chain_lost", message: "error" },
    ]);
    const { discrepancies, violations, errors, notices } = findings;
    expect([discrepancies, violations, errors, notices]).toEqual([[], [], [], []]);
    expect(findings.summary).toMatchObject({ drifted: 1, violations: 1, ignored: 1 });
    expect([findings.hasErrors, findings.hasNotice("ignored"), findings.hasNotice("expired")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(statusOf(findings)).toBe("VIOLATION");
  });

  it("keeps what concerns the run as a whole apart from any stream", () => {
    const findings = new Findings();
    findings.addError("chain_lost", "error");
    findings.addNotice("db_only", "notice");
    expect(findings.errors).toEqual([{ streamId: null, code: "chain_lost", message: "error" }]);
    expect(findings.notices).toEqual([{ streamId: null, code: "db_only", message: "notice" }]);
    expect(findings.seen).toBe(0);
  });

  it("remembers the span of ledgers, even where a node answers with an earlier one", () => {
    const findings = new Findings();
    for (const ledger of [50, 52, 49, 51]) findings.sawLedger(ledger);
    expect(findings.ledger).toEqual({ first: 49, last: 52 });
  });
});

describe("statusOf", () => {
  it.each<[RunStatus, readonly Bucket[], ("violation" | "error" | "notice" | "undecided")[]]>([
    ["IN_SYNC", ["inSync"], []],
    ["IN_SYNC", [], []],
    ["IN_SYNC", ["inSync"], ["notice"]],
    ["IN_SYNC", ["lagging", "inSync"], []],
    ["DRIFT", ["drifted", "inSync"], []],
    ["DRIFT", ["missingOnChain"], []],
    ["DRIFT", ["missingInDb"], []],
    ["INCOMPLETE", ["unchecked", "inSync"], []],
    ["INCOMPLETE", ["inSync"], ["error"]],
    ["INCOMPLETE", [], ["error"]],
    ["INCOMPLETE", ["inSync"], ["undecided"]],
    ["DRIFT", ["drifted"], ["undecided"]],
    ["INCOMPLETE", ["lagging", "unchecked"], []],
    ["DRIFT", ["drifted", "unchecked"], ["error"]],
    ["VIOLATION", ["inSync"], ["violation"]],
    ["VIOLATION", ["drifted", "missingInDb", "unchecked"], ["violation", "error", "notice"]],
  ])("is %s for streams %p with %p", (status, buckets, extra) => {
    const findings = new Findings();
    for (const bucket of buckets) findings.add(outcome(bucket));
    if (extra.includes("violation")) findings.add(outcome("lagging", { violations: [violation] }));
    if (extra.includes("error")) findings.addError("chain_lost", "error");
    if (extra.includes("notice")) findings.addNotice("db_only", "notice");
    if (extra.includes("undecided")) findings.addNotice("solvency_undecided", "notice");
    expect(statusOf(findings)).toBe(status);
  });
});
