import { KIND_NAMES, KINDS } from "../../kinds.js";
import type { ListedFinding } from "../../listed-finding.js";
import { signed } from "../../text/readable.js";
import { toneOf } from "./charts.js";
import { html, type Markup, NOTHING } from "./markup.js";
import { meaningId } from "./meanings.js";
import { PRINTED } from "./page-script.js";
import { inUnits, name, number, value } from "./values.js";

const COLUMNS = ["Kind", "Stream", "Field", "Database", "On chain", "Difference"] as const;

/**
 * Every finding, in rows that are complete without the script; with it they can be sorted, filtered and leafed through.
 * A finding is a body of the table by itself: its values in one row, its explanation in the next.
 * @param isWhole whether everything was looked at, so that an empty list means no findings
 */
export function findingsSection(findings: readonly ListedFinding[], isWhole: boolean): Markup {
  if (findings.length === 0) {
    const none = isWhole ? "None in what was checked." : "None in what was checked; the rest is not known.";
    return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2><p class="lead">${none}</p></section>`;
  }
  const head = COLUMNS.map(
    (title, index) => html`<th scope="col"${index > 2 ? html` class="num"` : NOTHING}>${title}</th>`,
  );
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${controls(findings)}
<table class="findings"><caption>${number(findings.length)} ${findings.length === 1 ? "finding" : "findings"}, the most urgent first</caption>
<thead><tr>${head}</tr></thead>
${findings.map((finding, index) => body(finding, index < PRINTED))}</table>
${findings.length > PRINTED ? html`<p class="paper">On paper, the first ${number(PRINTED)} findings. The file has all ${number(findings.length)}.</p>` : NOTHING}
${pager()}</section>`;
}

function body(finding: ListedFinding, isPrinted: boolean): Markup {
  const { kind, streamId, subject, side, dbValue, onChainValue, units, message } = finding;
  const where = side === null ? NOTHING : html` <small>${side === "db" ? "in the database" : "on chain"}</small>`;
  const isDiscrepancy = finding.ledger !== null;
  const values = isDiscrepancy
    ? html`<td class="num" data-label="Database">${value(dbValue, onChainValue)}${inUnits(units.db)}</td><td class="num" data-label="On chain">${value(onChainValue, dbValue)}${inUnits(units.onChain)}</td><td class="num" data-label="Difference">${delta(finding)}</td>`
    : NOTHING;
  return html`<tbody${isPrinted ? NOTHING : html` class="unprinted"`} data-kind="${kind}"><tr><td data-label="Kind"><span class="kind t-${toneOf(kind)}">${KIND_NAMES[kind]}</span></td><th scope="row" data-label="Stream">${streamId === null ? html`<span class="none">whole run</span>` : value(streamId)}</th><td data-label="Field"${isDiscrepancy ? NOTHING : html` colspan="4"`}><span>${name(subject)}${where}</span></td>${values}</tr><tr class="why"><td colspan="6">${message}${facts(finding)} <a href="#${meaningId(finding)}">What this means</a></td></tr></tbody>
`;
}

function delta({ difference, units }: ListedFinding): Markup {
  if (difference === null) return NOTHING;
  const text = units.difference === null ? null : signed(units.difference);
  return html`${number(signed(String(difference)))}${inUnits(text)}`;
}

/** The values that an invariant was judged by, as far as the sentence before does not tell them. */
function facts({ values, streamId, message }: ListedFinding): Markup {
  const isTold = (text: string | null) => text !== null && (text === streamId || message.includes(text));
  const all = Object.entries(values ?? {}).filter(([, text]) => !isTold(text));
  if (all.length === 0) return NOTHING;
  const parts = all.map(([field, text], index) => html`${index === 0 ? "" : ", "}${name(field)} ${value(text)}`);
  return html` (${parts})`;
}

/** Shown by the script, which they are of no use without. */
function controls(findings: readonly ListedFinding[]): Markup {
  const kinds = KINDS.map((kind) => [kind, findings.filter((finding) => finding.kind === kind).length] as const);
  const subjects = [...new Set(findings.map(({ subject }) => subject))].sort();
  const option = (text: string, label: string) => html`<option value="${text}">${label}</option>`;
  return html`<div class="controls" role="search" aria-label="Findings" hidden>
<label>Search <input type="search" id="f-text" placeholder="stream, value, text" autocomplete="off" spellcheck="false"></label>
<label>Kind <select id="f-kind">${option("", "all kinds")}${kinds.filter(([, n]) => n > 0).map(([kind, n]) => option(kind, `${KIND_NAMES[kind]} (${n})`))}</select></label>
<label>Field <select id="f-field">${option("", "all fields")}${subjects.map((subject) => option(subject, subject))}</select></label>
<label class="narrow">Sort by <select id="f-sort">${option("", "urgency")}${COLUMNS.map((title, index) => option(String(index), title.toLowerCase()))}</select></label>
<button type="button" id="f-clear">Clear</button>
</div>
<p class="shown" id="f-shown" role="status"></p>`;
}

const pager = (): Markup =>
  html`<nav class="pager" aria-label="Pages of findings" hidden><button type="button" id="p-prev">Previous</button> <span id="p-at"></span> <button type="button" id="p-next">Next</button> <button type="button" id="p-all">Show all</button></nav>`;
