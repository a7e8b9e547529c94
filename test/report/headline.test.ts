import type { Report } from "../../src/core/report/report.js";
import { headlineOf } from "../../src/report/headline.js";
import { discrepancy, emptyReport } from "../support/core-report.js";

const counts = (some: Partial<Report["summary"]>): Report["summary"] => ({ ...emptyReport().summary, ...some });
const remark = (code: string) => ({ streamId: null, code, message: "why" });
const violation = (side: "on_chain" | "db") => ({ streamId: "s", invariant: "i", side, message: "m", values: {} });

const compared = emptyReport().compared!;
const narrowed = (by: Partial<typeof compared.narrowed>) => ({
  ...compared,
  narrowed: { ...compared.narrowed, ...by },
});

/** Headline, sentence and remarks as one text. */
function said(overrides: Partial<Report>): string {
  const { headline, sentence, remarks, tone } = headlineOf(emptyReport(overrides));
  return [`${headline} [${tone}]`, sentence, ...remarks].join(" | ");
}

describe("the headline of a run that is in sync", () => {
  it.each<[string, Partial<Report>, string]>([
    [
      "everything",
      { summary: counts({ streamsChecked: 1234, inSync: 1234 }) },
      "In sync [good] | 1,234 of 1,234 streams agree in 4 fields.",
    ],
    [
      "one stream",
      { summary: counts({ streamsChecked: 1, inSync: 1 }) },
      "In sync [good] | 1 of 1 stream agrees in 4 fields.",
    ],
    [
      "nothing, which was allowed",
      {},
      "In sync [good] | There was no stream to check, which was allowed; nothing else is known.",
    ],
    [
      "a dry run",
      { summary: counts({ streamsChecked: 2, inSync: 2 }), dryRun: true },
      "In sync [good] | 2 of 2 streams agree in 4 fields. | This was a dry run: no record of it was kept.",
    ],
    [
      "only lag",
      { summary: counts({ streamsChecked: 20, inSync: 19, lagging: 1 }) },
      "In sync, with lag [good] | 19 of 20 streams agree in 4 fields; 1 lags behind the contract, within the time that is allowed.",
    ],
    [
      "nothing but lag",
      { summary: counts({ streamsChecked: 2, lagging: 2 }) },
      "In sync, with lag [good] | 0 of 2 streams agree in 4 fields; 2 lag behind the contract, within the time that is allowed.",
    ],
    [
      "lag that the run is to fail on",
      { summary: counts({ streamsChecked: 2, inSync: 1, lagging: 1 }), exitCode: 3 },
      "In sync, with lag [bad] | 1 of 2 streams agrees in 4 fields; 1 lags behind the contract, within the time that is allowed. | By policy, the run fails anyway (exit code 3).",
    ],
    [
      "one stream that was asked for",
      { summary: counts({ streamsChecked: 1, inSync: 1 }), scope: ["stream_2"] },
      "In sync [good] | 1 of 1 stream asked for agrees in 4 fields. Only stream stream_2 was checked.",
    ],
    [
      "two that were asked for",
      { summary: counts({ streamsChecked: 2, inSync: 2 }), scope: ["a", "b"] },
      "In sync [good] | 2 of 2 streams asked for agree in 4 fields. Only the 2 requested streams were checked.",
    ],
    [
      "the database's rows alone, limited",
      {
        summary: counts({ streamsChecked: 3, inSync: 3 }),
        compared: { ...compared, solvency: false },
        notices: [remark("rows_limited"), remark("db_only")],
      },
      "In sync [good] | 3 of 3 streams agree in 4 fields. A condition limits the rows that were checked. Streams that the database lacks were not looked for. Whether the escrow can pay what it owes was not checked.",
    ],
    [
      "a contract without a counter, with lag",
      {
        summary: counts({ streamsChecked: 3, inSync: 2, lagging: 1 }),
        notices: [remark("missing_rows_not_checked")],
        exitCode: 5,
      },
      "In sync, with lag [bad] | 2 of 3 streams agree in 4 fields; 1 lags behind the contract, within the time that is allowed. Streams that the database lacks were not looked for. | By policy, the run fails anyway (exit code 5).",
    ],
    [
      "a ledger without the contract itself",
      { summary: counts({ streamsChecked: 1, inSync: 1 }), notices: [remark("contract_missing")] },
      "In sync [good] | 1 of 1 stream agrees in 4 fields. Streams that the database lacks were looked for only around the ids of its rows.",
    ],
    [
      "with findings that are passed over",
      { summary: counts({ streamsChecked: 3, inSync: 3, ignored: 2 }) },
      "In sync [good] | 3 of 3 streams agree in 4 fields; 2 findings are ignored by policy.",
    ],
    [
      "streams whose findings are all passed over",
      {
        summary: counts({ streamsChecked: 3, inSync: 3, ignored: 3 }),
        notices: ["a", "a", "b"].map((streamId) => ({ streamId, code: "ignored", message: "why" })),
      },
      "In sync [good] | 1 of 3 streams agrees in 4 fields; 3 findings are ignored by policy.",
    ],
    [
      "a node that is old, and may be",
      {
        summary: counts({ streamsChecked: 3, inSync: 3 }),
        chain: { source: "rpc" as const, newestLedger: 9, closedAt: null, ageSeconds: 3_700 },
      },
      "In sync [good] | 3 of 3 streams agree in 4 fields. The node's newest ledger was 61 minutes old.",
    ],
    [
      "rows of one contract of many",
      { summary: counts({ streamsChecked: 3, inSync: 3 }), compared: narrowed({ contractColumn: "contract_id" }) },
      "In sync [good] | 3 of 3 streams agree in 4 fields. Only rows of this contract were checked (column contract_id).",
    ],
    [
      "fields that the configuration takes out",
      {
        summary: counts({ streamsChecked: 3, inSync: 3 }),
        compared: { ...compared, fields: ["total_amount"], notCompared: ["recipient"], takenOut: ["recipient"] },
      },
      "In sync [good] | 3 of 3 streams agree in 1 field. Not compared, by configuration: recipient.",
    ],
    [
      "differences that are tolerated",
      {
        summary: counts({ streamsChecked: 3, inSync: 3 }),
        compared: { ...compared, tolerance: "1000", fieldTolerance: { total_amount: "0", released_amount: "5" } },
      },
      "In sync [good] | 3 of 3 streams agree in 4 fields, within the tolerance. Amounts may be off by up to 1,000 base units. released_amount may be off by up to 5 base units.",
    ],
    [
      "more lag than usual",
      {
        summary: counts({ streamsChecked: 3, inSync: 3 }),
        compared: { ...compared, maxLagLedgers: 4_000_000_000 },
        notices: [remark("lag_allowed")],
      },
      "In sync [good] | 3 of 3 streams agree in 4 fields. The database may be late by up to 4,000,000,000 ledgers.",
    ],
    [
      "a policy that fails on little",
      {
        summary: counts({ streamsChecked: 3, inSync: 3 }),
        compared: narrowed({ failOn: ["violation", "lag"] }),
        notices: [remark("policy_fail_on")],
      },
      "In sync [good] | 3 of 3 streams agree in 4 fields. | By policy, the run fails on violation, lag only.",
    ],
    [
      "a report of an earlier version",
      { summary: counts({ streamsChecked: 3, inSync: 3 }), compared: null, notices: [remark("policy_fail_on")] },
      "In sync [good] | 3 of 3 streams agree. | By policy, the run does not fail on everything that it may find.",
    ],
  ])("%s", (_name, overrides, expected) => {
    expect(said(overrides)).toBe(expected);
  });
});

describe("the headline of a run that found something", () => {
  const drift = { status: "DRIFT", exitCode: 3 } as const;
  const violated = { status: "VIOLATION", exitCode: 4 } as const;

  it.each<[string, Partial<Report>, string]>([
    [
      "drift",
      { ...drift, summary: counts({ streamsChecked: 20, inSync: 19, drifted: 1 }) },
      "Drift [bad] | Of 20 streams checked, 1 has drifted.",
    ],
    [
      "every kind of it",
      {
        ...drift,
        summary: counts({
          streamsChecked: 20,
          inSync: 11,
          drifted: 2,
          missingOnChain: 1,
          missingInDb: 3,
          lagging: 3,
          unchecked: 1,
        }),
      },
      "Drift [bad] | Of 20 streams checked, 6 disagree with the other side: 2 have drifted, 1 is missing on chain and 3 are missing in the database. | 3 streams lag within the time that is allowed. | 1 stream could not be judged.",
    ],
    [
      "drift that the run does not fail on",
      { ...drift, exitCode: 0, summary: counts({ streamsChecked: 1, drifted: 1 }) },
      "Drift [bad] | Of 1 stream checked, 1 has drifted. | By policy, the run does not fail on this (exit code 0).",
    ],
    [
      "drift in what was asked for",
      { ...drift, scope: ["a"], summary: counts({ streamsChecked: 1, drifted: 1 }) },
      "Drift [bad] | Of 1 stream asked for and found, 1 has drifted. | Only stream a was checked.",
    ],
    [
      "drift before an interruption",
      {
        ...drift,
        exitCode: 130,
        summary: counts({ streamsChecked: 5, inSync: 4, drifted: 1 }),
        errors: [remark("interrupted")],
      },
      "Drift, interrupted [bad] | Of 5 streams checked, 1 has drifted. | The run was interrupted before its end; this is what it had found by then. | Not everything could be checked.",
    ],
    [
      "one violation",
      { ...violated, summary: counts({ streamsChecked: 2, inSync: 2, violations: 1 }), violations: [violation("db")] },
      "Violation [bad] | 1 violation of rules that must always hold was found, in the database.",
    ],
    [
      "violations on both sides, and drift",
      {
        ...violated,
        summary: counts({ streamsChecked: 9, inSync: 8, drifted: 1, violations: 2 }),
        violations: [violation("db"), violation("on_chain")],
      },
      "Violation [bad] | 2 violations of rules that must always hold were found, 1 on chain and 1 in the database. Also, of 9 streams checked, 1 has drifted.",
    ],
    [
      "drift, and nothing is known of whether the escrow can pay",
      {
        ...drift,
        summary: counts({ streamsChecked: 2, inSync: 1, drifted: 1 }),
        notices: [remark("solvency_undecided")],
      },
      "Drift [bad] | Of 2 streams checked, 1 has drifted. | Whether the escrow can pay what it owes is not known.",
    ],
    [
      "violations that a stream of lines has let go of",
      { ...violated, summary: counts({ streamsChecked: 9, inSync: 9, violations: 2 }) },
      "Violation [bad] | 2 violations of rules that must always hold were found.",
    ],
  ])("%s", (_name, overrides, expected) => {
    expect(said(overrides)).toBe(expected);
  });
});

describe("the headline of a run that could not look at everything", () => {
  const incomplete = { status: "INCOMPLETE", exitCode: 5 } as const;

  it.each<[string, Partial<Report>, string]>([
    [
      "nothing",
      { ...incomplete, errors: [remark("rpc_unreachable")] },
      "Incomplete [unknown] | Nothing could be checked: whether the books are right is not known.",
    ],
    [
      "some streams",
      { ...incomplete, summary: counts({ streamsChecked: 8, inSync: 8, unchecked: 2 }) },
      "Incomplete [unknown] | Not everything could be checked: 2 streams of 10 could not be judged. What was checked agrees.",
    ],
    [
      "something else, beside lag",
      {
        ...incomplete,
        summary: counts({ streamsChecked: 8, inSync: 7, lagging: 1 }),
        errors: [remark("next_id_unknown")],
      },
      "Incomplete [unknown] | Not everything could be checked: the run could not look at everything. What was checked agrees or lags within the time that is allowed.",
    ],
    [
      "the newest ledgers",
      { ...incomplete, summary: counts({ streamsChecked: 8, inSync: 8 }), errors: [remark("node_stale")] },
      "Incomplete [unknown] | Not everything could be checked: the node has stopped following the network. What was checked agrees.",
    ],
    [
      "a clock that is ahead",
      {
        ...incomplete,
        chain: { ...emptyReport().chain, ageSeconds: -4000 },
        summary: counts({ streamsChecked: 8, inSync: 8 }),
        errors: [remark("node_stale")],
      },
      "Incomplete [unknown] | Not everything could be checked: the node's clock and this machine's disagree. What was checked agrees.",
    ],
    [
      "whether the escrow can pay",
      { ...incomplete, summary: counts({ streamsChecked: 8, inSync: 8 }), notices: [remark("solvency_undecided")] },
      "Incomplete [unknown] | Not everything could be checked: whether the escrow can pay what it owes is not known. What was checked agrees.",
    ],
    [
      "that, which the run does not fail on",
      {
        ...incomplete,
        exitCode: 0,
        summary: counts({ streamsChecked: 8, inSync: 8 }),
        notices: [remark("solvency_undecided"), remark("policy_fail_on")],
      },
      "Incomplete [unknown] | Not everything could be checked: whether the escrow can pay what it owes is not known. What was checked agrees. | By policy, the run does not fail on this (exit code 0).",
    ],
    [
      "that, and more",
      {
        ...incomplete,
        summary: counts({ streamsChecked: 8, inSync: 8, unchecked: 2 }),
        notices: [remark("solvency_undecided")],
      },
      "Incomplete [unknown] | Not everything could be checked: 2 streams of 10 could not be judged. What was checked agrees. | Whether the escrow can pay what it owes is not known.",
    ],
    [
      "that, and the run's record",
      {
        ...incomplete,
        summary: counts({ streamsChecked: 8, inSync: 8 }),
        errors: [remark("run_record_failed")],
        notices: [remark("solvency_undecided")],
      },
      "Incomplete [unknown] | Not everything could be checked: the run could not look at everything. What was checked agrees. | Whether the escrow can pay what it owes is not known.",
    ],
    [
      "the record alone",
      { ...incomplete, summary: counts({ streamsChecked: 8, inSync: 8 }), errors: [remark("run_record_failed")] },
      "Incomplete [unknown] | 8 of 8 streams agree in 4 fields, but the run's record could not be written.",
    ],
    [
      "interrupted",
      {
        ...incomplete,
        exitCode: 143,
        summary: counts({ streamsChecked: 8, inSync: 8 }),
        errors: [remark("interrupted")],
      },
      "Interrupted [unknown] | Not everything could be checked: the run could not look at everything. What was checked agrees. | The run was interrupted before its end; this is what it had found by then.",
    ],
    [
      "out of time",
      { ...incomplete, errors: [remark("timed_out")] },
      "Incomplete [unknown] | Nothing could be checked: whether the books are right is not known. | The run was ended by its time limit; this is what it had found by then.",
    ],
  ])("%s", (_name, overrides, expected) => {
    expect(said(overrides)).toBe(expected);
  });
});

it("shows a hostile stream id as text", () => {
  const { remarks } = headlineOf(
    emptyReport({
      status: "DRIFT",
      exitCode: 3,
      scope: ["a\u202eb\n"],
      discrepancies: [discrepancy("x", "f", "1", "2")],
    }),
  );
  expect(remarks).toEqual(["Only stream a\\u{202e}b\\x0a was checked."]);
});
