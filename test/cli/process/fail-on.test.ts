import { DEFAULT_FAIL_ON, exitCodeOf, FAIL_ON, type FailOn, leftOut } from "../../../src/cli/process/fail-on.js";
import type { NoticeCode } from "../../../src/core/codes.js";
import { Findings } from "../../../src/core/report/findings.js";
import type { Bucket, StreamOutcome } from "../../../src/core/report/stream-outcome.js";

type Plant = (findings: Findings) => void;

const stream =
  (bucket: Bucket, more: Partial<StreamOutcome> = {}): Plant =>
  (findings) => {
    const nothing = { discrepancies: [], differences: [], violations: [], errors: [], notices: [] };
    findings.add({ streamId: "s", bucket, ...nothing, ...more });
  };
const notice =
  (code: NoticeCode): Plant =>
  (findings) =>
    findings.addNotice(code, "m");
const error: Plant = (findings) => findings.addError("timed_out", "m");
const violation = stream("inSync", {
  violations: [{ streamId: "s", invariant: "i", side: "db", message: "m", values: {} }],
});

/** What is found, the one kind that fails on it, and the exit code then. */
const FOUND: readonly (readonly [what: string, plant: Plant, kind: FailOn, exitCode: number])[] = [
  ["a violation", violation, "violation", 4],
  ["a stream that drifted", stream("drifted"), "drift", 3],
  ["a stream that is missing on chain", stream("missingOnChain"), "drift", 3],
  ["a stream that is missing in the database", stream("missingInDb"), "missing-in-db", 3],
  ["a stream that lags", stream("lagging"), "lag", 3],
  ["a stream that could not be checked", stream("unchecked"), "incomplete", 5],
  ["an error", error, "incomplete", 5],
  ["solvency that is not decided", notice("solvency_undecided"), "solvency-undecided", 5],
  ["streams without a row that were not looked for", notice("missing_rows_not_checked"), "unlisted", 5],
  ["a contract that is not there", notice("contract_missing"), "unlisted", 5],
  ["an entry that is archived or unknown", notice("archived_or_unknown"), "archived", 5],
  ["an entry that has expired", notice("expired"), "archived", 5],
  ["an entry that will soon expire", notice("ttl_low"), "ttl", 5],
];

const exitCode = (plants: readonly Plant[], failOn: readonly FailOn[]) => {
  const findings = new Findings();
  for (const plant of plants) plant(findings);
  return exitCodeOf(findings, failOn);
};

it("passes with nothing found, whatever the policy", () => {
  expect([exitCode([], FAIL_ON), exitCode([stream("inSync")], FAIL_ON)]).toEqual([0, 0]);
});

describe.each(FOUND)("%s", (_what, plant, kind, code) => {
  it(`fails a run on ${kind}, and on nothing else`, () => {
    expect(exitCode([plant], FAIL_ON)).toBe(code);
    expect(exitCode([plant], [kind])).toBe(code);
    const others = FAIL_ON.filter((other) => other !== kind);
    expect(exitCode([plant], others)).toBe(0);
  });

  it("fails a run by default unless it may be acceptable", () => {
    expect(exitCode([plant], DEFAULT_FAIL_ON)).toBe(["lag", "unlisted", "archived", "ttl"].includes(kind) ? 0 : code);
  });
});

it("gives the code of the gravest: a violation, then drift, then all else", () => {
  const all = FOUND.map(([, plant]) => plant);
  expect(exitCode(all, FAIL_ON)).toBe(4);
  expect(exitCode(all.toReversed(), FAIL_ON)).toBe(4);
  for (const kind of ["drift", "missing-in-db", "lag"] as const) expect(exitCode(all, [kind, "incomplete"])).toBe(3);
  expect(exitCode(all, ["incomplete"])).toBe(5);
  expect(exitCode(all, [])).toBe(0);
});

it("names the default kinds that a policy leaves out", () => {
  expect(leftOut(DEFAULT_FAIL_ON)).toEqual([]);
  expect(leftOut(["drift", "ttl"])).toEqual(["violation", "incomplete", "missing-in-db", "solvency-undecided"]);
  expect(leftOut([])).toEqual(DEFAULT_FAIL_ON);
});
