import { readReport } from "../../src/report-schema/read-report.js";
import { schemaFaults } from "../support/cli-schema.js";
import { fullReport } from "../support/core-report.js";
import { contractId } from "../support/streampay-contract.js";

const tokens = [{ token: contractId(1), symbol: "USDC", decimals: 7, source: "chain" as const }];
const report = () => ({ ...fullReport(), tokens });

type Place = readonly (string | number)[];

/** Where there is a value in it: the whole, each key, each item. */
function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [at];
  const inside = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...inside.flatMap(([key, item]) => placesIn(item, [...at, key]))];
}

/** The report with another value at a place; undefined: with none. */
function changed(document: unknown, [key, ...rest]: Place, value: unknown): unknown {
  if (key === undefined) return value;
  const inside = (document as Readonly<Record<string | number, unknown>>)[key];
  const copy = (Array.isArray(document) ? [...document] : { ...(document as object) }) as Record<
    string | number,
    unknown
  >;
  copy[key] = changed(inside, rest, value);
  return JSON.parse(JSON.stringify(copy));
}

const VALUES = [
  ...[null, true, 0, 1, -1, 1.5, 39, 130, 2 ** 32, 2 ** 53, [], ["a"], [5], {}, { a: null }, { a: 1 }],
  ...["", "x", "A b", "lag", "db", "chain", "DRIFT", "all-streams", contractId(2), contractId(2).toLowerCase()],
  ...["6F9619FF-8B86-D011-B42D-00CF4FC964FF", "6F9619FF8B86D011B42D00CF4FC964FF"],
  ...["2026-01-31T12:00:00Z", "2026-01-31T12:00:00+01:00", "2026-02-30T12:00:00.000Z", "2026-01-31"],
];

/** Keys that reports of earlier versions lack. */
const LATER_KEYS =
  /^(tokens|compared|database|chain|discrepancies\.\d\.(token|reason)|summary\.(ignored|confirmation))$/;

describe("readReport", () => {
  it("accepts and refuses what schema/report.schema.json does, whatever a value is changed to", () => {
    const answers = placesIn(report()).flatMap((place) =>
      [...VALUES, ...(place.length === 0 ? [] : [undefined])].map((value) => {
        const document = changed(report(), place, value);
        const isEarlier = value === undefined && LATER_KEYS.test(place.join("."));
        const change = `${place.join(".")} = ${JSON.stringify(value)}`;
        const byJsonSchema = isEarlier || schemaFaults(document).length === 0;
        return { change, byReader: "report" in readReport(document), byJsonSchema };
      }),
    );
    expect(answers.filter(({ byReader, byJsonSchema }) => byReader !== byJsonSchema)).toEqual([]);
    expect(new Set(answers.map(({ byReader }) => byReader)).size).toBe(2);
  });

  it("returns the report as it is, keys of later versions included", () => {
    expect(readReport(report())).toEqual({ report: report() });
    const [first] = report().discrepancies;
    const later = { ...report(), later: { key: 1 }, discrepancies: [{ ...first, later: [] }] };
    expect(readReport(later)).toEqual({ report: later });
    expect(schemaFaults(later)).toHaveLength(2);
  });

  it("adds the keys that reports of earlier versions lack", () => {
    const { tokens: _tokens, compared: _compared, database: _database, chain: _chain, ...rest } = report();
    const { ignored: _ignored, confirmation: _confirmation, ...summary } = rest.summary;
    const discrepancies = rest.discrepancies.map(({ token: _token, ...found }) => found);
    expect(readReport({ ...rest, summary, discrepancies })).toEqual({
      report: {
        ...report(),
        tokens: [],
        compared: null,
        database: { watermark: null, toldBy: null, cursorMeans: null, ledgersBehind: null, secondsBehind: null },
        chain: { source: null, newestLedger: null, closedAt: null, ageSeconds: null },
      },
    });
  });

  it("names the place of every fault, in printable characters, and counts those that are too many", () => {
    expect(readReport(undefined)).toEqual({ faults: ["the document: is missing; expected an object"] });
    const [violation] = report().violations;
    const values = { "\u009b": 5, b: "\u001b".repeat(20) };
    const faulty = { ...report(), toolVersion: 1, violations: [{ ...violation, values, side: "\u009b31m" }] };
    expect(readReport(faulty)).toEqual({
      faults: [
        "toolVersion: expected text, found 1",
        'violations[0].side: expected one of "on_chain", "db", found "?31m"',
        'violations[0].values["?"]: expected text or null, found 5',
      ],
    });
    const { faults } = readReport({}) as { faults: string[] };
    expect(faults).toHaveLength(11);
    expect(faults.at(-1)).toBe("… and 7 more");
  });

  it.each([
    ["a ledger", { ledger: { first: "5", last: 6 } }, 'ledger.first: expected a ledger\'s number or null, found "5"'],
    ["an exit code", { exitCode: 1 }, "exitCode: expected one of 0, 3, 4, 5, 130, 143, found 1"],
    ["a list", { errors: { 0: 1 } }, "errors: expected a list, found an object"],
    [
      "a count",
      { summary: { ...report().summary, inSync: 1.5 } },
      "summary.inSync: expected an integer from 0 up, found 1.5",
    ],
    ["a long text", { runId: "x".repeat(99) }, `runId: expected a UUID, found "${"x".repeat(59)}…`],
  ])("says what it expected, and what it found: %s", (_what, changes, fault) => {
    expect(readReport({ ...report(), ...changes })).toEqual({ faults: [fault] });
  });
});
