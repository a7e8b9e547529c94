import type { Report } from "../../core/report/report.js";
import { headlineOf } from "../headline.js";
import type { Kind } from "../kinds.js";
import { type ListedFinding, shownFindings } from "../listed-finding.js";
import { explainStep, nextSteps } from "../next-steps.js";
import type { RenderOptions, Reporter } from "../reporter.js";
import { shortFacts } from "../run-facts.js";
import { type Stake, stakes } from "../stake.js";
import { difference, grouped, printable, signed } from "../text/readable.js";
import { Units } from "../text/units.js";

type Row = readonly string[];

/** The report for a pull request, a ticket or a job summary: GitHub's Markdown, in which no value can be markup. */
export const markdown: Reporter = (report, options) => {
  const { headline, sentence, remarks } = headlineOf(report);
  const { findings, others } = shownFindings(report, options);
  const of = (...kinds: Kind[]) => findings.filter(({ kind }) => kinds.includes(kind));
  const blocks = [
    `## Reconciliation: ${headline}`,
    `**${prose(sentence)}**`,
    remarks.map((remark) => `${prose(remark)}`).join("  \n"),
    counts(report),
    atStake(stakes(report), new Units(report)),
    violations(of("violation"), options),
    discrepancies("Discrepancies", of("drift", "missing-on-chain", "missing-in-db"), options),
    remarksTable("Could not be checked", of("error"), options),
    discrepancies("Lag", of("lag"), options),
    remarksTable("Notices", of("notice"), options),
    others === null ? "" : `${prose(others)}.`,
    steps(report),
    `<sub>${shortFacts(report).map(prose).join(" · ")}</sub>`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
};

function counts({ summary: s }: Report): string {
  const cells: readonly [string, number][] = [
    ["Checked", s.streamsChecked],
    ["In sync", s.inSync],
    ["Drifted", s.drifted],
    ["Lagging", s.lagging],
    ["Missing on chain", s.missingOnChain],
    ["Missing in the database", s.missingInDb],
    ["Violations", s.violations],
    ["Unchecked", s.unchecked],
  ];
  return table(
    cells.map(([title]) => `${title}:`),
    [cells.map(([, number]) => grouped(String(number)))],
  );
}

function atStake(all: readonly Stake[], units: Units): string {
  const known = all.filter(({ token }) => token !== null);
  if (known.length === 0) return "";
  const amount = (stake: Stake, value: bigint | null) => {
    if (value === null || value === 0n) return "0";
    return withUnits(grouped(value.toString()), units.text(value.toString(), stake.token));
  };
  const rows = known.map((stake) => [
    tokenName(stake.token ?? "", units.of(stake.token)?.symbol ?? null),
    amount(stake, stake.drift),
    amount(stake, stake.lag),
    amount(stake, stake.shortfall),
  ]);
  return `### At stake\n\n${table(["Token", "Drift:", "Lag:", "Missing in the escrow:"], rows)}`;
}

function discrepancies(title: string, found: readonly ListedFinding[], options: RenderOptions): string {
  const columns = ["Stream", "Field", "Database:", "On chain:", "Difference:", "Verdict"];
  const row = ({ kind, streamId, subject, dbValue, onChainValue, units, reason }: ListedFinding) => [
    code(streamId ?? ""),
    code(subject),
    withUnits(value(dbValue), units.db),
    withUnits(value(onChainValue), units.onChain),
    withUnits(difference(dbValue, onChainValue), units.difference === null ? null : signed(units.difference)),
    `${kind === "lag" ? "lag" : "drift"}: ${reason}`,
  ];
  return listed(title, columns, found, row, options);
}

function violations(found: readonly ListedFinding[], options: RenderOptions): string {
  const row = ({ streamId, side, subject, message }: ListedFinding) => [
    code(streamId ?? ""),
    side === "db" ? "database" : "on chain",
    code(subject),
    prose(message),
  ];
  return listed("Violated invariants", ["Stream", "Side", "Invariant", "What is wrong"], found, row, options);
}

function remarksTable(title: string, found: readonly ListedFinding[], options: RenderOptions): string {
  const row = ({ streamId, subject, message }: ListedFinding) => [
    streamId === null ? "(run)" : code(streamId),
    code(subject),
    prose(message),
  ];
  return listed(title, ["Stream", "Code", "Why"], found, row, options);
}

function listed(
  title: string,
  columns: readonly string[],
  found: readonly ListedFinding[],
  row: (finding: ListedFinding) => Row,
  { limit }: RenderOptions,
): string {
  if (found.length === 0) return "";
  const shown = limit === 0 ? found : found.slice(0, limit);
  const left = found.length - shown.length;
  const all = grouped(String(found.length));
  const more = `… and ${grouped(String(left))} more of ${all}: \`--limit 0\` shows all; the formats for programs are always whole`;
  return `### ${title} (${all})\n\n${table(columns, shown.map(row))}${left === 0 ? "" : `\n\n${more}`}`;
}

function steps(report: Report): string {
  const all = nextSteps(report);
  const steps = [...all, ...explainStep(report)];
  return all.length === 0 ? "" : `### What to do next\n\n${steps.map((step) => `- ${prose(step)}`).join("\n")}`;
}

/** A title that ends with a colon is of a column of numbers. */
function table(titles: readonly string[], rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  const rule = titles.map((title) => (title.endsWith(":") ? "---:" : "---"));
  return [line(titles.map((title) => title.replace(/:$/, ""))), line(rule), ...rows.map(line)].join("\n");
}

const value = (text: string | null): string =>
  text === null ? "(none)" : /^-?\d+$/.test(text) ? grouped(text) : code(text);

const withUnits = (text: string, units: string | null): string =>
  units === null ? text : `${text} ${prose(`(${units})`)}`;

const tokenName = (token: string, symbol: string | null): string =>
  symbol === null ? code(token) : `${prose(symbol)} ${code(token)}`;

/** A value as it is: inside of code nothing is a mention, a link or markup. */
function code(text: string): string {
  const clean = printable(text);
  if (clean.trim() === "") return "(empty)";
  // Readers of Markdown disagree on how a bar or a backtick is escaped in a code span of a table; not on entities.
  if (!/[`|\\]|##\[/.test(clean)) return `\`${clean}\``;
  return `<code>${clean.replace(/[^\p{L}\p{N} ]/gu, (char) => `&#${char.codePointAt(0)};`)}</code>`;
}

/** A sentence, in which a value may be quoted: no markup, and neither a link, a mention nor a reference. */
export function prose(text: string): string {
  return printable(text)
    .replace(/[<>&|]/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/[\\`*_{}[\]~$]/g, "\\$&")
    .replace(/^[-+#]/, "\\$&")
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2")
    .replace(/@|(?<!&)#(?=\d)|GH-(?=\d)|(?<=:)\/\/|www(?=\.)/gi, (start) =>
      start === "//" ? `${BREAK}//` : `${start}${BREAK}`,
    );
}

/** Nothing to read and nothing to copy, but no word goes on across it. */
const BREAK = "<!-- -->";
