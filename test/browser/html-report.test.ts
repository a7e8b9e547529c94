import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Discrepancy, Report } from "../../src/core/report/report.js";
import { html } from "../../src/report/formats/html.js";
import { junit } from "../../src/report/formats/junit.js";
import { findChromium, launchChromium } from "../support/chromium.js";
import { discrepancy, emptyReport, fullReport, I128_MAX, I128_MIN } from "../support/core-report.js";
import { accountId, contractId } from "../support/streampay-contract.js";

const chromium = findChromium();
const describeInBrowser = chromium === null ? describe.skip : describe;

/** What looks at very much takes its time on a busy machine. */
const LONG_MS = 120_000;

let browser: Browser | undefined;
let folder: string;
/** What the page asked for beyond itself, and what it complained of. */
let requests: string[];
let complaints: string[];
beforeAll(async () => {
  if (chromium !== null) browser = await launchChromium(chromium);
  folder = await mkdtemp(join(tmpdir(), "reconcile-streams-page-"));
});
beforeEach(() => {
  requests = [];
  complaints = [];
});
afterEach(async () => {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 360, height: 700 };

async function open(report: Report, options: BrowserContextOptions = {}): Promise<Page> {
  const path = join(folder, "report.html");
  await writeFile(path, html(report, { color: false, width: null, limit: 50 }));
  const page = await (await browser!.newContext({ viewport: DESKTOP, ...options })).newPage();
  const url = pathToFileURL(path).href;
  page.on("request", (request) => void (request.url() === url || requests.push(request.url())));
  page.on("console", (message) => void complaints.push(message.text()));
  page.on("pageerror", (error) => void complaints.push(error.message));
  page.on("dialog", (dialog) => void complaints.push(dialog.message()));
  await page.goto(url);
  return page;
}

/** Findings by the hundred, with amounts of every size. */
function many(length: number): Report {
  const discrepancies = Array.from({ length }, (_, i): Discrepancy => {
    const amount = i === 7 ? I128_MAX : i === 8 ? I128_MIN : String(1_000_000 + ((i * 7919) % 10_007));
    const field = ["released_amount", "total_amount", "status"][i % 3]!;
    return discrepancy(
      `stream_${i}`,
      field,
      field === "status" ? "paused" : "1000000",
      amount,
      i % 5 === 0 ? "lag" : "drift",
    );
  });
  const summary = { ...emptyReport().summary, streamsChecked: length, drifted: length };
  return emptyReport({ status: "DRIFT", exitCode: 3, discrepancies, summary });
}

const shownStreams = (page: Page) => page.locator(".findings tbody:visible > tr:first-child > th").allTextContents();
const status = (page: Page) => page.locator("#f-shown").textContent();
const head = (page: Page, name: string) => page.locator(".findings thead th", { hasText: name });

describeInBrowser("the HTML report", () => {
  it("is complete without its script", async () => {
    const report = many(250);
    const page = await open(report, { javaScriptEnabled: false });
    expect(await shownStreams(page)).toHaveLength(250);
    expect(await page.locator(".controls, .pager").filter({ visible: true }).count()).toBe(0);
    expect(await page.locator(".findings button").count()).toBe(0);
    const text = (await page.locator("main").textContent())!;
    for (const { streamId, onChainValue } of report.discrepancies) {
      expect(text).toContain(streamId);
      expect(text).toContain(onChainValue);
    }
  });

  it("sorts by every column, with the mouse and with the keyboard, and finds back", async () => {
    const page = await open(many(60));
    const original = await shownStreams(page);
    expect(original[0]).toBe("stream_1");
    await head(page, "Stream").getByRole("button").click();
    expect((await shownStreams(page)).slice(0, 3)).toEqual(["stream_0", "stream_1", "stream_2"]);
    await head(page, "On chain").getByRole("button").focus();
    await page.keyboard.press("Enter");
    expect(await head(page, "On chain").getAttribute("aria-sort")).toBe("ascending");
    expect(await head(page, "Stream").getAttribute("aria-sort")).toBeNull();
    expect((await shownStreams(page))[0]).toBe("stream_8");
    await page.keyboard.press("Space");
    expect(await head(page, "On chain").getAttribute("aria-sort")).toBe("descending");
    expect((await shownStreams(page))[0]).toBe("stream_7");
    await page.keyboard.press("Enter");
    expect(await shownStreams(page)).toEqual(original);
    expect(await page.locator("[aria-sort]").count()).toBe(0);
  });

  it("puts findings without a value last, whichever way it sorts", async () => {
    const page = await open(fullReport());
    for (const direction of ["ascending", "descending"]) {
      await head(page, "Difference").getByRole("button").click();
      expect(await head(page, "Difference").getAttribute("aria-sort")).toBe(direction);
      expect((await shownStreams(page))[0]).toMatch(/^0f8fad5b/);
    }
  });

  it("filters by text, kind and field, says how many are left, and clears", async () => {
    const page = await open(many(60));
    expect(await status(page)).toBe("60 findings");
    await page.locator("#f-kind").selectOption("lag");
    expect(await status(page)).toBe("12 of 60 findings match");
    await page.locator("#f-field").selectOption("status");
    expect(await shownStreams(page)).toEqual(["stream_5", "stream_20", "stream_35", "stream_50"]);
    await page.locator("#f-text").fill("STREAM_3 paused");
    expect(await shownStreams(page)).toEqual(["stream_35"]);
    await page.locator("#f-text").fill("no such thing");
    expect(await status(page)).toBe("None of 60 findings matches");
    await page.getByRole("button", { name: "Clear" }).click();
    expect(await status(page)).toBe("60 findings");
    await page.locator("#f-text").fill("170141183460469231731687303715884105727");
    expect(await shownStreams(page)).toEqual(["stream_7"]);
  });

  it("leafs through many, and loses none", async () => {
    const page = await open(many(250));
    const seen: string[] = [];
    for (const expected of ["1 to 100 of 250", "101 to 200 of 250", "201 to 250 of 250"]) {
      expect(await status(page)).toBe(`Findings ${expected}`);
      seen.push(...(await shownStreams(page)));
      if (!expected.startsWith("201")) await page.getByRole("button", { name: "Next" }).click();
    }
    expect(new Set(seen).size).toBe(250);
    expect(await page.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Previous" }).click();
    expect(await status(page)).toBe("Findings 101 to 200 of 250");
    await page.getByRole("button", { name: "Show all" }).click();
    expect(await shownStreams(page)).toHaveLength(250);
  });

  it(
    "stays usable with ten thousand findings",
    async () => {
      const page = await open(many(10_000));
      expect(await status(page)).toBe("Findings 1 to 100 of 10,000");
      await head(page, "Difference").getByRole("button").click();
      await page.locator("#f-text").fill("stream_9999");
      expect(await shownStreams(page)).toEqual(["stream_9999"]);
    },
    LONG_MS,
  );

  it("gives the exact digits and the whole address to whoever copies them", async () => {
    const found = [
      discrepancy("1", "total", I128_MIN, "1234567"),
      discrepancy("2", "recipient", accountId(1), accountId(2)),
    ];
    const page = await open(emptyReport({ discrepancies: found }));
    const copied = (row: number, column: number) =>
      page.evaluate(`(() => {
        const cell = document.querySelectorAll(".findings tbody")[${row}].rows[0].cells[${column}];
        const selection = getSelection();
        selection.selectAllChildren(cell);
        return selection.toString();
      })()`);
    expect(await copied(0, 3)).toBe(I128_MIN);
    expect(await copied(0, 4)).toBe("1234567");
    expect(await copied(1, 3)).toBe(accountId(1));
  });

  it.each([360, 768, 1280])("is never wider than a screen of %i", async (width) => {
    const long = "x".repeat(300);
    const report = fullReport();
    const wide = {
      ...report,
      scope: [long],
      network: long,
      discrepancies: [...report.discrepancies, discrepancy(long, long, long, long)],
    };
    const page = await open(wide, { viewport: { width, height: 800 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  });

  it("can be sorted on a phone, where the table has no head", async () => {
    const page = await open(many(20), { viewport: PHONE });
    await page.locator("#f-sort").selectOption("stream");
    expect((await shownStreams(page)).slice(0, 2)).toEqual(["stream_0", "stream_1"]);
    await page.locator("#f-sort").selectOption("urgency");
    expect((await shownStreams(page))[0]).toBe("stream_1");
  });

  it("leafs and filters on a phone as anywhere", async () => {
    const page = await open(many(250), { viewport: PHONE });
    expect(await shownStreams(page)).toHaveLength(100);
    await page.locator("#f-text").fill("stream_249");
    expect(await shownStreams(page)).toEqual(["stream_249"]);
  });

  it("is drawn as a whole on a phone, also what is far below the fold", async () => {
    const page = await open(many(20), { viewport: PHONE });
    const hidden = await page.evaluate(
      "[...document.querySelectorAll('.findings tbody')].filter((body) => getComputedStyle(body).contentVisibility !== 'visible').length",
    );
    expect(hidden).toBe(0);
  });

  it("breaks no number inside of a group", async () => {
    const page = await open(many(20), { viewport: PHONE });
    const lines = await page.evaluate(`(() => {
      const number = [...document.querySelectorAll(".findings .n")].find((one) => one.textContent === "${I128_MIN}");
      const lines = [...number.childNodes].filter(({ nodeType }) => nodeType === 3).map((text) => {
        const range = document.createRange();
        range.selectNodeContents(text);
        return range.getClientRects().length;
      });
      return Math.max(...lines);
    })()`);
    expect(lines).toBe(1);
  });

  it(
    "prints no more than a browser can lay out, and says so; of a filter, what it leaves",
    async () => {
      const page = await open(many(3_001));
      await page.emulateMedia({ media: "print" });
      expect(await shownStreams(page)).toHaveLength(3_000);
      expect(await page.locator(".paper").textContent()).toBe(
        "On paper, the first 3000 findings. The file has all 3001.",
      );
      const rows = () => page.locator(".findings tbody").count();
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await rows()).toBe(3_000);
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await rows()).toBe(3_001);
      await page.locator("#f-text").evaluate((field) => {
        (field as unknown as { value: string }).value = "stream_3000";
        field.dispatchEvent(new Event("input"));
      });
      expect(await shownStreams(page)).toEqual(["stream_3000"]);
      const [whole, bare] = [await open(many(10)), await open(many(3_001), { javaScriptEnabled: false })];
      expect(await whole.locator(".paper").count()).toBe(0);
      await bare.emulateMedia({ media: "print" });
      expect(await shownStreams(bare)).toHaveLength(3_000);
    },
    LONG_MS,
  );

  it("goes with the colours of the system, and is light on paper", async () => {
    const background = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background(await open(fullReport(), { colorScheme: "light" }));
    const page = await open(fullReport(), { colorScheme: "dark" });
    expect(await background(page)).not.toBe(light);
    await page.emulateMedia({ media: "print" });
    expect(await background(page)).toBe("rgb(255, 255, 255)");
  });

  it("prints every finding, without what is of no use on paper", async () => {
    const page = await open(many(250));
    await page.emulateMedia({ media: "print" });
    expect(await shownStreams(page)).toHaveLength(250);
    expect(await page.locator(".controls").isVisible()).toBe(false);
    const pdf = await page.pdf();
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  });

  it.each([
    ["light", DESKTOP],
    ["dark", DESKTOP],
    ["light", PHONE],
    ["dark", PHONE],
  ] as const)(
    "passes an accessibility check: %s, %j",
    async (colorScheme, viewport) => {
      // The pager is there from a hundred findings on; looking at that many takes long, so it is done once.
      const paged = viewport === DESKTOP && colorScheme === "light" ? [many(101)] : [];
      for (const report of [fullReport(), emptyReport(), ...paged]) {
        const page = await open(report, { colorScheme, viewport });
        await page.evaluate(axe.source);
        const { violations } = (await page.evaluate("axe.run()")) as {
          violations: { id: string; nodes: { html: string }[] }[];
        };
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)).toEqual([]);
      }
    },
    LONG_MS,
  );

  it("runs nothing that a value brings along", async () => {
    const hostile = `</script><script>alert(1)</script><img src="https://example.com/x" onerror="alert(2)">`;
    const page = await open(
      emptyReport({ scope: [hostile], discrepancies: [discrepancy(hostile, hostile, hostile, hostile)] }),
    );
    expect(await page.locator("img, script").count()).toBe(1);
    expect(await shownStreams(page)).toEqual([hostile]);
    await page.locator("#f-field").selectOption(hostile);
    expect(await shownStreams(page)).toEqual([hostile]);
  });

  it("forbids scripts that are not its own", async () => {
    const page = await open(emptyReport());
    await page.evaluate(`(() => {
      const script = document.createElement("script");
      script.textContent = "window.wasRun = true";
      document.body.append(script);
    })()`);
    expect(await page.evaluate("window.wasRun")).toBeUndefined();
    expect(complaints.splice(0)).toEqual([expect.stringContaining("Content Security Policy")]);
  });
});

describeInBrowser("the JUnit report", () => {
  it("is XML to a parser that is not ours", async () => {
    const page = await open(emptyReport());
    const hostile = "</failure><!-- ]]> & \" ' \u0000\u001b\ufffe\uffff";
    const text = junit(emptyReport({ discrepancies: [discrepancy(hostile, contractId(1), hostile, null)] }), {
      color: false,
      width: null,
      limit: 1,
    });
    const parsed = await page.evaluate(`(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(text)}, "application/xml");
      return [document.querySelectorAll("parsererror").length, document.querySelectorAll("testcase").length];
    })()`);
    expect(parsed).toEqual([0, 2]);
  });
});
