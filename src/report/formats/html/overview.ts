import type { Report } from "../../../core/report/report.js";
import type { Headline } from "../../headline.js";
import { nextSteps } from "../../next-steps.js";
import { momentOf, runFacts } from "../../run-facts.js";
import { html, type Markup, NOTHING, trusted } from "./markup.js";
import { address, number } from "./values.js";

/** The result, and nothing that distracts from it. */
export function headlineSection(report: Report, { headline, sentence, remarks, tone }: Headline): Markup {
  const { startedAt, network, contractId } = report;
  return html`<header class="headline t-${tone}">
<p class="brand">Reconciliation of payment streams with their escrow contract</p>
<h1>${headline}</h1>
<p class="sentence">${sentence}</p>
<p class="when">${momentOf(startedAt)} · network ${network ?? "not told"} · contract ${address(contractId)}</p>
${remarks.length === 0 ? NOTHING : html`<ul class="remarks">${remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}
</header>`;
}

export function stepsSection(report: Report): Markup {
  const steps = nextSteps(report);
  if (steps.length === 0) return NOTHING;
  return html`<section aria-labelledby="next"><h2 id="next">What to do next</h2>
<ol class="steps">${steps.map((step) => html`<li>${commandsIn(step)}</li>`)}</ol></section>`;
}

/** A command at the end of a step is there to be copied. */
function commandsIn(step: string): Markup {
  const [, words = step, command] = /^(.*: )(reconcile-streams .*)$/.exec(step) ?? [];
  return command === undefined ? html`${words}` : html`${words}<code>${command}</code>`;
}

/** Every stream is in one of these; the bar shows how they share the whole. */
export function streamsSection({ summary: s }: Report): Markup {
  const parts: readonly [label: string, number: number, tone: string][] = [
    ["in sync", s.inSync, "good"],
    ["drifted", s.drifted, "error"],
    ["missing on chain", s.missingOnChain, "error"],
    ["missing in the database", s.missingInDb, "error"],
    ["lagging", s.lagging, "warning"],
    ["not checked", s.unchecked, "unknown"],
  ];
  const whole = parts.reduce((sum, [, part]) => sum + part, 0);
  const share = (part: number) => (whole === 0 ? "" : percent(part, whole));
  const rows = parts.map(
    ([label, part, tone]) =>
      html`<li class="t-${tone}${part === 0 ? " zero" : ""}"><span class="dot" aria-hidden="true"></span><b>${number(part)}</b> <span>${label}</span> <small>${share(part)}</small></li>`,
  );
  return html`<section aria-labelledby="streams"><h2 id="streams">Streams</h2>
<p class="lead">${number(whole)} ${whole === 1 ? "stream was" : "streams were"} checked; ${number(s.violations)} ${s.violations === 1 ? "violation" : "violations"} of invariants.</p>
${whole === 0 ? NOTHING : stack(parts, whole)}
<ul class="legend">${rows}</ul></section>`;
}

/** Never 0 % or 100 % of what is not none or all. */
function percent(part: number, whole: number): string {
  if (part === 0 || part === whole) return part === 0 ? "" : "100 %";
  const exact = (100 * part) / whole;
  if (exact < 0.1) return "< 0.1 %";
  return exact > 99.9 ? "> 99.9 %" : `${exact.toFixed(1)} %`;
}

/** Of the whole bar. */
const NARROWEST = 0.012;

function stack(parts: readonly (readonly [string, number, string])[], whole: number): Markup {
  const shown = parts.filter(([, part]) => part > 0);
  // A stream in a million is to be seen, too; the others give way.
  const widths = shown.map(([, part]) => Math.max(part / whole, NARROWEST));
  const sum = widths.reduce((a, b) => a + b, 0);
  let at = 0;
  const rects = shown.map(([, , tone], index) => {
    const width = (100 * widths[index]!) / sum;
    const rect = `<rect class="fill t-${tone}" x="${at.toFixed(3)}%" width="${width.toFixed(3)}%" height="18"/>`;
    at += width;
    return trusted(rect);
  });
  return html`<svg class="stack" width="100%" height="18" aria-hidden="true" focusable="false">${rects}</svg>`;
}

export function factsSection(report: Report): Markup {
  const facts = runFacts(report).map(([name, text]) => html`<div><dt>${name}</dt><dd>${address(text)}</dd></div>`);
  return html`<section aria-labelledby="run"><h2 id="run">This run</h2><dl class="facts">${facts}</dl></section>`;
}
