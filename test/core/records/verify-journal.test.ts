import { createHash, createHmac } from "node:crypto";
import {
  beginJournalStep,
  finishJournalStep,
  type JournalStep,
  type RecordKey,
  type Seals,
} from "../../../src/core/records/journal.js";
import type { RunRecord } from "../../../src/core/records/run-record.js";
import { JournalVerifier } from "../../../src/core/records/verify-journal.js";

const sign = (secret: string) => (text: string) => createHmac("sha256", secret).update(text).digest("hex");
const key = (secret: string): RecordKey => ({
  id: secret,
  sign: sign(secret),
  fits: (text, hmac) => sign(secret)(text) === hmac,
});
const digest = (text: string) => createHash("sha256").update(text).digest("hex");
const seals = (current: string | null, ...previous: string[]): Seals => ({
  digest,
  current: current === null ? null : key(current),
  previous: previous.map(key),
});

/** A journal whose records are sealed with these keys, one after the other. */
function journalOf(...keys: (string | null)[]): JournalStep[] {
  const steps: JournalStep[] = [];
  for (const [index, current] of keys.entries()) {
    const last = steps.at(-1);
    const state = {
      head: last?.head ?? null,
      newest: last?.run ?? null,
      own: null,
      others: [],
      unsealed: [],
      hasSealedBefore: false,
    };
    steps.push(beginJournalStep(runOf(index + 1), state, seals(current)));
  }
  return steps;
}

const runOf = (n: number): RunRecord => ({
  runId: `run-${n}`,
  startedAt: "2026-11-22T03:15:00.000Z",
  finishedAt: null,
  status: "RUNNING",
  exitCode: null,
  scope: "all-streams",
  requestedBy: "x",
  service: null,
  keyId: null,
  toolVersion: "0",
  contractId: "C",
  network: null,
  ledgerFirst: null,
  ledgerLast: null,
  summary: null,
  report: null,
});

function check(steps: readonly JournalStep[], known: Seals, head = steps.at(-1)?.head ?? null) {
  const verifier = new JournalVerifier("C", known);
  for (const { run } of steps) verifier.add(run);
  return verifier.end(head, new Set(["C"]));
}

describe("keys follow each other", () => {
  it.each([
    [["a", "a"], seals("a")],
    [[null, "a"], seals("a")],
    [["a", "b"], seals("b", "a")],
    [[null, "a", "b", "b"], seals("b", "a")],
    [[null, null], seals(null)],
  ])("%j verifies", (keys, known) => {
    expect(check(journalOf(...keys), known)).toMatchObject({ fault: null, unproved: null });
  });

  it.each([
    [["a", null], seals("a"), 2],
    [["a", "b", "a"], seals("b", "a"), 3],
    [["a", null], seals("b", "a"), 2],
    [["b", "forger"], seals("b"), 2],
    [["unknown", null], seals(null), 2],
  ])("%j does not", (keys, known, sequence) => {
    expect(check(journalOf(...keys), known).fault).toMatchObject({ kind: "altered", sequence });
  });

  it.each([
    [["a"], seals(null), "auth.recordKey"],
    [["a", "b"], seals("b"), "auth.previousRecordKeys"],
    [[], seals("a"), "no record"],
  ])("%j is not proved by other keys", (keys, known, reason) => {
    expect(check(journalOf(...keys), known)).toMatchObject({
      fault: null,
      unproved: expect.stringContaining(reason),
    });
  });
});

describe("a record that begins with a key", () => {
  const [plain] = journalOf(null) as [JournalStep];
  const after = (last: JournalStep) => ({
    ...{ head: last.head, newest: last.run, own: null, others: [], unsealed: [], hasSealedBefore: false },
  });

  it("takes it into use by a settlement alone, once records have notes", () => {
    const other = beginJournalStep(runOf(2), after(plain), seals("a"), {});
    expect(check([plain, other], seals("a")).fault).toMatchObject({ kind: "unkeyed", sequence: 1 });
  });

  it("is not completed under a head that somebody else has sealed, or nobody", () => {
    const begun = beginJournalStep(runOf(2), after(plain), seals("a"));
    const { head, run: own } = begun;
    const finish = (changed: Partial<typeof head>) =>
      finishJournalStep(runOf(2), begun, { ...after(begun), own, head: { ...head, ...changed } }, seals("a"));
    expect(finish({}).run.sequence).toBe("2");
    expect(() => finish({ headHmac: null })).toThrow("could not be completed");
    expect(() => finish({ contracts: null })).toThrow("could not be completed");
  });
});

describe("a journal without a key", () => {
  const [one, two, three] = journalOf(null, null, null) as [JournalStep, JournalStep, JournalStep];
  const known = seals(null);

  it("names the record that its successor was not written after", () => {
    const forged = beginJournalStep(
      { ...runOf(2), requestedBy: "y" },
      { head: one.head, newest: one.run, own: null, others: [], unsealed: [], hasSealedBefore: false },
      known,
    );
    expect(check([one, forged, three], known).fault).toMatchObject({ kind: "altered", sequence: 2 });
    expect(check([one, forged], known, two.head).fault).toMatchObject({ kind: "altered", sequence: 2 });
  });

  it("names what is there twice, or beyond the head, or without a number that is one", () => {
    expect(check([one, two, two], known).fault).toMatchObject({ kind: "inserted", sequence: 2 });
    expect(check([one, two, three], known, two.head).fault).toMatchObject({ kind: "inserted", sequence: 3 });
    const odd = { ...two, run: { ...two.run, sequence: "two" } };
    expect(check([one, odd], known).fault).toMatchObject({ kind: "altered", runId: "run-2", sequence: null });
  });

  it.each([
    ["lists in lists", `{"status":${"[".repeat(5_000)}${"]".repeat(5_000)}}`],
    ["a status with a text of its own", '{"status":{"toString":1}}'],
    ["a summary that is none", '{"summary":7,"ledger":null}'],
  ])("names a record whose report was replaced by %s", (_, report) => {
    const columns = { ...one.run, report, report_digest: digest(report), status: "IN_SYNC" };
    expect(check([{ ...one, run: columns }], known).fault).toMatchObject({ kind: "altered", sequence: 1 });
  });

  it("tells a head that names no record", () => {
    expect(check([], known, { ...one.head, sequence: "none" }).fault?.what).toContain("names no record");
  });

  it("gives the newest record that no run changes any more as what to keep elsewhere", () => {
    expect(check([one, two, three], known).anchor).toEqual({ sequence: 2, digest: two.run.record_digest });
    expect(check([one], known).anchor).toBeNull();
  });
});
