import { explain } from "../../../explanations/explain.js";
import { KIND_NAMES } from "../../kinds.js";
import type { ListedFinding } from "../../listed-finding.js";
import { capitalized } from "../../text/readable.js";
import { toneOf } from "./charts.js";
import { html, type Markup, NOTHING } from "./markup.js";
import { number } from "./values.js";

/** Where on the page a finding's kind is explained. Codes are words with underscores; a saved report is checked for that. */
export const meaningId = ({ kind, code }: Pick<ListedFinding, "kind" | "code">): string => `about-${kind}-${code}`;

/** What the kinds of findings on this page mean, and what to do about each. */
export function meaningsSection(findings: readonly ListedFinding[]): Markup {
  const kinds = new Map<string, { finding: ListedFinding; findings: number }>();
  for (const finding of findings) {
    const id = meaningId(finding);
    kinds.set(id, { finding, findings: (kinds.get(id)?.findings ?? 0) + 1 });
  }
  if (kinds.size === 0) return NOTHING;
  const all = [...kinds].map(([id, kind]) => meaning(id, kind.finding, kind.findings));
  return html`<section aria-labelledby="meanings"><h2 id="meanings">What these findings mean</h2><div class="meanings">${all}</div></section>`;
}

function meaning(id: string, { kind, code }: ListedFinding, findings: number): Markup {
  const known = explain(code) ?? (kind === "violation" ? explain("violation") : null);
  const times = html`<small>${number(findings)} ${findings === 1 ? "finding" : "findings"}</small>`;
  const name = kind === code ? NOTHING : html` <code>${code}</code>`;
  const title = html`<h3><span class="kind t-${toneOf(kind)}">${KIND_NAMES[kind]}</span> ${capitalized(known?.title ?? "")}${name} ${times}</h3>`;
  if (known === null) return html`<article id="${id}">${title}<p>Described in docs/report.md.</p></article>`;
  const runbook = known.section === null ? NOTHING : html`docs/runbook.md, “${known.section}”; `;
  return html`<article id="${id}">${title}
<p>${prose(known.meaning)}</p><p><b>What to do.</b> ${prose(known.action)}</p>
<p class="more">${runbook}<code>reconcile-streams explain ${known.code}</code></p></article>`;
}

/** Names of code stand between backticks. */
const prose = (text: string): Markup =>
  html`${text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
