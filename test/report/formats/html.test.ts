import { createHash } from "node:crypto";
import { SCRIPT, SCRIPT_HASH } from "../../../src/report/formats/html/page-script.js";
import { STYLE, STYLE_HASH } from "../../../src/report/formats/html/page-style.js";
import { address, bar, number, value } from "../../../src/report/formats/html/values.js";
import { html } from "../../../src/report/formats/html.js";
import { discrepancy, emptyReport, fullReport, I128_MIN } from "../../support/core-report.js";
import { accountId } from "../../support/streampay-contract.js";

const show = (report = fullReport()) => html(report, { color: false, width: null, limit: 1 });
const hashOf = (text: string) => `sha256-${createHash("sha256").update(text).digest("base64")}`;
const words = (markup: string) => markup.replace(/<[^>]*>/g, "");

describe("the page", () => {
  it("allows its own style and script, by their hashes, and nothing else", () => {
    expect({ STYLE_HASH, SCRIPT_HASH }).toEqual({ STYLE_HASH: hashOf(STYLE), SCRIPT_HASH: hashOf(SCRIPT) });
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(show())!;
    expect(policy!.replaceAll("&#39;", "'").split("; ")).toEqual([
      "default-src 'none'",
      "img-src data:",
      `style-src '${STYLE_HASH}'`,
      `script-src '${SCRIPT_HASH}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(show().match(/<script/g)).toHaveLength(1);
    expect(show()).not.toMatch(/\s(style|on[a-z]+)=|(src|href)="(?!#|data:)|@import|url\(/);
  });

  it("holds every finding, whatever the limit", () => {
    const page = words(show());
    for (const id of ["stream_2", "stream_3", "stream_4", "on-chain:7", "stream_5", "stream_9", "chain_lost"]) {
      expect(page).toContain(id);
    }
    expect(show().match(/<tbody data-kind=/g)).toHaveLength(11);
    expect(page).toContain("11 findings, the most urgent first");
  });

  it("explains every finding: where each leads to is on the page", () => {
    const links = [...show().matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(links).toHaveLength(11);
    for (const id of links) expect(show()).toContain(`<article id="${id}">`);
    expect(words(show())).not.toContain("Described in docs/report.md");
    const unknown = emptyReport({ errors: [{ streamId: null, code: "code_of_the_future", message: "m" }] });
    expect(words(show(unknown))).toContain("Described in docs/report.md");
  });

  it("is short where there is nothing to tell", () => {
    const page = show(emptyReport());
    expect(words(page)).toContain("None in what was checked.");
    for (const heading of ["Amounts at stake", "What to do next", "Findings at a glance", "What these findings mean"]) {
      expect(page).not.toContain(heading);
    }
  });

  it("lets no value become markup", () => {
    const hostile = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"' \u202e";
    const report = emptyReport({
      scope: [hostile],
      network: hostile,
      toolVersion: hostile,
      discrepancies: [discrepancy(hostile, hostile, hostile, hostile)],
      violations: [{ streamId: hostile, invariant: "solvent", side: "db", message: hostile, values: {} }],
      errors: [{ streamId: hostile, code: "rpc_error", message: hostile }],
      notices: [{ streamId: hostile, code: "expired", message: hostile }],
    });
    const page = show(report);
    expect(page.match(/<script|<\/script|<img|<\/style/g)).toEqual(["</style", "<script", "</script"]);
    expect(page).not.toContain("\u202e");
  });

  it("tells amounts in the token's units, and what the report cannot tell", () => {
    const token = accountId(1);
    const found = { ...discrepancy("1", "released_amount", "5", "25000005"), token };
    const missing = [
      discrepancy("2", "presence", "present", "missing"),
      discrepancy("3", "presence", "missing", "present"),
      discrepancy("4", "released_amount", null, "5"),
      discrepancy("5", "released_amount", "4", "5"),
    ];
    const shown = {
      ...emptyReport({ discrepancies: [found, ...missing] }),
      tokens: [{ token, symbol: "<T>", decimals: 7, source: "configuration" as const }],
    };
    const page = words(show(shown));
    expect(page).toContain("+25000000 +2.5 &lt;T&gt;");
    expect(page).toContain("2.5 &lt;T&gt; 25000000 base units in 1 stream");
    expect(page).toMatch(/the streams that one side lacks would hold[\s\S]*that one side does not have counts nowhere/);
    expect(page).toContain("they may be of several tokens");
    expect(words(show(emptyReport({ discrepancies: [discrepancy("1", "status", "a", "b")] })))).toContain(
      "No finding of this report concerns an amount.",
    );
  });

  it("shows every part of the whole, however small, and bundles what are too many fields for a chart", () => {
    const discrepancies = Array.from({ length: 20 }, (_, i) => discrepancy(`s${i}`, `field_${i}`, "1", "2"));
    const summary = { ...emptyReport().summary, streamsChecked: 1_000_000, inSync: 999_999, drifted: 1 };
    const page = show(emptyReport({ discrepancies, summary }));
    const widths = [
      .../<svg class="stack".*?<\/svg>/.exec(page)![0].matchAll(/ width="([\d.]+)%" height="18"\/>/g),
    ].map(([, width]) => Number(width));
    expect(widths).toHaveLength(2);
    expect(widths[0]! + widths[1]!).toBeCloseTo(100, 2);
    expect(widths[1]).toBeGreaterThan(1);
    expect(words(page)).toMatch(/&gt; 99\.9 %[\s\S]*&lt; 0\.1 %[\s\S]*9 others/);
  });
});

describe("values on the page", () => {
  it("are numbers in groups whose text is the number", () => {
    const { text } = number(I128_MIN);
    expect(words(text)).toBe(I128_MIN);
    expect(text).toContain("-170<i></i><wbr>141");
    expect(number("1234").text).toBe('<span class="n">1<i></i>234</span>');
    expect(number("x").text).toBe("x");
  });

  it("are addresses whose text is whole, and that are whole where two look the same", () => {
    const one = accountId(1);
    const other = `${one.slice(0, 20)}A${one.slice(21)}`;
    expect(words(value(one).text)).toBe(one);
    expect(value(one).text).toContain('<span class="m">');
    expect(value(one, other).text).not.toContain('class="m"');
    expect(address("stream_1").text).toBe("stream_1");
  });

  it("are told where there is none", () => {
    expect([value(null), value("")].map(({ text }) => words(text))).toEqual(["none", "empty"]);
    expect([bar(0, 5, "good"), bar(5, 0, "good")].map(({ text }) => text)).toEqual(["", ""]);
  });
});
