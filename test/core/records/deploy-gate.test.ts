import { gate } from "../../../src/core/records/deploy-gate.js";
import type { JournalCheck } from "../../../src/core/records/journal-check.js";
import type { RunColumns } from "../../../src/core/records/run-columns.js";

const JOURNAL: JournalCheck = {
  contractId: "C",
  records: 1,
  unsealed: 0,
  proved: 1,
  fault: null,
  explained: [],
  unproved: null,
  anchor: { sequence: 1, digest: "d" },
};
const REPORT = {
  runId: "r",
  status: "IN_SYNC",
  exitCode: 0,
  dryRun: false,
  scope: "all-streams",
  contractId: "C",
  summary: { streamsChecked: 3 },
  errors: [] as unknown[],
  notices: [] as { code: string; message: string }[],
};
const STARTED = "2026-11-22T03:15:00.000Z";

function ask(report: unknown, columns: RunColumns = {}, minutesLater = 60) {
  const text = typeof report === "string" ? report : JSON.stringify(report);
  const run = { run_id: "r", started_at: STARTED, status: "IN_SYNC", exit_code: "0", report: text, ...columns };
  const now_ms = Date.parse(STARTED) + minutesLater * 60_000;
  return gate(run, JOURNAL, { contractId: "C", maxAge_ms: 3_600_000, now_ms, keyId: null });
}

describe("a record whose seal is in order", () => {
  it("decides by its report", () => {
    expect(ask(REPORT)).toEqual({ exitCode: 0, reason: null, remarks: [] });
    const drift = { ...REPORT, status: "DRIFT", exitCode: 3 };
    expect(ask(drift, { status: "DRIFT", exit_code: "3" }).exitCode).toBe(3);
  });

  it.each([
    ["a dry run", { ...REPORT, dryRun: true }, {}, "dry run"],
    ["some streams", { ...REPORT, scope: ["stream_1"] }, {}, "part of the streams"],
    ["rows alone", { ...REPORT, notices: [{ code: "db_only", message: "" }] }, {}, "part of the streams"],
    ["another contract", { ...REPORT, contractId: "D" }, {}, "another contract (D)"],
    ["another run", { ...REPORT, runId: "s" }, {}, "contradict"],
    ["another status", REPORT, { status: "DRIFT" }, "contradict"],
    ["another exit code", REPORT, { exit_code: "3" }, "contradict"],
    ["an exit code of no run", { ...REPORT, exitCode: 1 }, { exit_code: "1" }, "does not fit its status"],
    [
      "a violation's code for drift",
      { ...REPORT, status: "DRIFT", exitCode: 4 },
      { status: "DRIFT", exit_code: "4" },
      "does not fit its status",
    ],
    ["an unknown status", { ...REPORT, status: "FINE" }, { status: "FINE" }, "does not fit its status"],
    [
      "what could not be checked",
      { ...REPORT, status: "INCOMPLETE" },
      { status: "INCOMPLETE" },
      "could not check everything",
    ],
    [
      "what could not be checked, and was not to be told about",
      { ...REPORT, status: "DRIFT", errors: [{ code: "row_unreadable" }] },
      { status: "DRIFT" },
      "could not check everything",
    ],
    ["no JSON", "{", {}, "no readable report"],
    ["another JSON", "null", {}, "no readable report"],
    ["no notices", { ...REPORT, notices: undefined }, {}, "no readable report"],
    ["no notice, but null", { ...REPORT, notices: [null] }, {}, "no readable report"],
    ["a contract that is a list", { ...REPORT, contractId: ["C"] }, {}, "no readable report"],
    ["a contract with a text of its own", { ...REPORT, contractId: { toString: 1 } }, {}, "no readable report"],
    ["an exit code with a value of its own", { ...REPORT, exitCode: { valueOf: 1 } }, {}, "no readable report"],
    ["lists in lists", `{"scope":${"[".repeat(5_000)}${"]".repeat(5_000)}}`, {}, "no readable report"],
    ["no time", REPORT, { started_at: "infinity" }, "in the future"],
  ])("does not decide when it is of %s", (_what, report, columns, reason) => {
    expect(ask(report, columns)).toEqual({ exitCode: null, reason: expect.stringContaining(reason), remarks: [] });
  });

  it.each([
    ["IN_SYNC", [0, 3, 5]],
    ["DRIFT", [0, 3, 5]],
    ["VIOLATION", [0, 3, 4, 5]],
    ["INCOMPLETE", []],
    ["ERROR", []],
    ["RUNNING", []],
    ["INTERRUPTED", []],
  ])("of status %s decides with the exit codes %j alone", (status, codes) => {
    const decided = [0, 1, 2, 3, 4, 5, 130, 143].filter((exitCode) => {
      const { exitCode: decision, reason } = ask({ ...REPORT, status, exitCode }, { status, exit_code: `${exitCode}` });
      // It decides with its own code, or says why it does not.
      expect(decision === null ? reason : decision).toEqual(decision === null ? expect.any(String) : exitCode);
      return decision !== null;
    });
    expect(decided).toEqual(codes);
  });

  it.each(["errors", "notices", "summary", "dryRun", "scope", "contractId", "status", "exitCode", "runId"])(
    "does not decide when its report has no %s",
    (key) => {
      const { exitCode, reason } = ask({ ...REPORT, [key]: undefined });
      expect([exitCode, reason]).toEqual([null, expect.any(String)]);
    },
  );

  it("does not decide when it passed in spite of errors, but does when it failed with them", () => {
    const errors = [{ code: "row_unreadable" }];
    expect(ask({ ...REPORT, errors })).toMatchObject({ exitCode: null, reason: expect.stringContaining("everything") });
    expect(ask({ ...REPORT, errors, exitCode: 3 }, { exit_code: "3" }).exitCode).toBe(3);
  });

  it("tells what its policy left out", () => {
    const notices = ["policy_fail_on", "rows_limited", "ttl_low"].map((code) => ({ code, message: `about ${code}` }));
    expect(ask({ ...REPORT, notices }).remarks).toEqual(["about policy_fail_on", "about rows_limited"]);
  });

  it("is judged by when the run started, give or take what clocks differ by", () => {
    expect(ask(REPORT, {}, 60).exitCode).toBe(0);
    expect(ask(REPORT, {}, 60.01).exitCode).toBeNull();
    expect(ask(REPORT, {}, -1).exitCode).toBe(0);
    expect(ask(REPORT, {}, -1.01).exitCode).toBeNull();
  });

  it("tells when no stream was there", () => {
    expect(ask({ ...REPORT, summary: { streamsChecked: 0 } }).remarks).toEqual(["there were no streams to check"]);
  });
});

describe("the gate gives no answer", () => {
  const question = { contractId: "C", maxAge_ms: 3_600_000, now_ms: Date.parse(STARTED), keyId: null };
  const run = { run_id: "r", started_at: STARTED, status: "IN_SYNC", exit_code: "0", report: JSON.stringify(REPORT) };
  const fault = { kind: "removed", sequence: 2, runId: null, startedAt: null, what: "record 2 is gone" } as const;

  it.each([
    ["a fault, before all else", run, { ...JOURNAL, fault, unproved: "unproved" }, "record 2 is gone"],
    ["no proof", run, { ...JOURNAL, unproved: "no key" }, "no key"],
    ["no record", null, { ...JOURNAL, records: 0 }, "there is no sealed run record"],
    ["records of part of the streams", null, JOURNAL, "no recorded run was of all streams"],
    ["a run at work", { ...run, status: "RUNNING" }, JOURNAL, "has not finished"],
    ["an interrupted run", { ...run, status: "INTERRUPTED" }, JOURNAL, "was interrupted"],
    ["a run without a report", { ...run, report: null }, JOURNAL, "no readable report"],
  ])("with %s", (_what, newest, journal, reason) => {
    expect(gate(newest, journal, question)).toEqual({
      exitCode: null,
      reason: expect.stringContaining(reason),
      remarks: [],
    });
  });
});
