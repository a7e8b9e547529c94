import { KIND_NAMES, KINDS, LEVELS } from "../../kinds.js";
import type { ListedFinding } from "../../listed-finding.js";
import { html, type Markup, NOTHING } from "./markup.js";
import { bar, name, number } from "./values.js";

interface Bar {
  readonly label: string;
  readonly findings: number;
  readonly tone: string;
}

/** Bars that are shown of the fields; the rest is one bar. */
const FIELDS_SHOWN = 12;

/** How the findings spread over kinds, and over fields, invariants and codes. */
export function chartsSection(findings: readonly ListedFinding[]): Markup {
  if (findings.length === 0) return NOTHING;
  const byKind = KINDS.map((kind) => ({
    label: KIND_NAMES[kind],
    findings: findings.filter((finding) => finding.kind === kind).length,
    tone: toneOf(kind),
  })).filter((one) => one.findings > 0);
  return html`<section aria-labelledby="charts"><h2 id="charts">Findings at a glance</h2>
<div class="charts">${chart("By kind", "Kind", byKind)}${chart("By field, invariant or code", "Field", byField(findings))}</div></section>`;
}

export const toneOf = (kind: ListedFinding["kind"]): string => (kind === "error" ? "unknown" : LEVELS[kind]);

function byField(findings: readonly ListedFinding[]): Bar[] {
  const bars = new Map<string, Bar>();
  for (const { subject, kind } of findings) {
    const known = bars.get(subject);
    bars.set(subject, { label: subject, findings: (known?.findings ?? 0) + 1, tone: known?.tone ?? toneOf(kind) });
  }
  const sorted = [...bars.values()].sort((a, b) => b.findings - a.findings);
  if (sorted.length <= FIELDS_SHOWN) return sorted;
  const rest = sorted.slice(FIELDS_SHOWN - 1);
  const sum = rest.reduce((total, one) => total + one.findings, 0);
  return [...sorted.slice(0, FIELDS_SHOWN - 1), { label: `${rest.length} others`, findings: sum, tone: "notice" }];
}

function chart(caption: string, head: string, bars: readonly Bar[]): Markup {
  const most = bars.reduce((max, { findings }) => Math.max(max, findings), 0);
  const rows = bars.map(
    ({ label, findings, tone }) =>
      html`<tr><th scope="row">${name(label)}</th><td class="track">${bar(findings, most, tone)}</td><td class="num">${number(findings)}</td></tr>`,
  );
  return html`<table class="chart"><caption>${caption}</caption><thead class="unseen"><tr><th scope="col">${head}</th><th scope="col">Share</th><th scope="col">Findings</th></tr></thead><tbody>${rows}</tbody></table>`;
}
