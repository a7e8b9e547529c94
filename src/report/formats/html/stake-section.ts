import type { Report } from "../../../core/report/report.js";
import { isAmount, type Stake, stakes } from "../../stake.js";
import { Units } from "../../text/units.js";
import { html, type Markup, NOTHING } from "./markup.js";
import { address, breakable, name, number } from "./values.js";

/** How much money the findings concern, by token, exactly. */
export function stakeSection(report: Report): Markup {
  const all = stakes(report);
  const concerned = report.discrepancies.length + report.violations.length > 0;
  if (!concerned) return NOTHING;
  return html`<section aria-labelledby="stake"><h2 id="stake">Amounts at stake</h2>
${all.length === 0 ? html`<p class="lead">No finding of this report concerns an amount.</p>` : tables(all, new Units(report))}
${notes(report, all)}</section>`;
}

function tables(all: readonly Stake[], units: Units): Markup {
  const told = all.filter(({ token }) => token !== null);
  const fields = all.flatMap((stake) => stake.fields.map((field) => ({ stake, field })));
  const cell = (stake: Stake, amount: bigint, streams: number | null, label: string) =>
    html`<td class="num" data-label="${label}">${amounted(stake, amount, units)}${streams === null || streams === 0 ? NOTHING : html` <small>in ${number(streams)} ${streams === 1 ? "stream" : "streams"}</small>`}</td>`;
  const byToken = html`<div class="wide"><table class="plain"><caption>By token</caption>
<thead><tr><th scope="col">Token</th><th scope="col" class="num">Drift</th><th scope="col" class="num">Lag</th><th scope="col" class="num">Missing in the escrow</th></tr></thead>
<tbody>${told.map((stake) => html`<tr><th scope="row">${named(stake, units)}</th>${cell(stake, stake.drift ?? 0n, stake.driftStreams, "Drift")}${cell(stake, stake.lag ?? 0n, stake.lagStreams, "Lag")}${cell(stake, stake.shortfall, null, "Missing in the escrow")}</tr>`)}</tbody></table></div>`;
  const byField = html`<div class="wide"><table class="plain"><caption>By field</caption>
<thead><tr><th scope="col">Token</th><th scope="col">Field</th><th scope="col" class="num">Findings</th><th scope="col" class="num">More on chain</th><th scope="col" class="num">More in the database</th></tr></thead>
<tbody>${fields.map(({ stake, field }) => html`<tr><th scope="row">${named(stake, units, true)}</th><td data-label="Field">${name(field.field)}</td><td class="num" data-label="Findings">${number(field.findings)}</td>${cell(stake, field.onChainMore, null, "More on chain")}${cell(stake, field.databaseMore, null, "More in the database")}</tr>`)}</tbody></table></div>`;
  return html`${told.length === 0 ? NOTHING : byToken}${fields.length === 0 ? NOTHING : byField}`;
}

function notes(report: Report, all: readonly Stake[]): Markup {
  const missing = report.discrepancies.filter(({ field }) => field === "presence").length;
  const lines = [
    ...(all.length > 0
      ? [
          "Amounts are in base units, unless they have a token beside them. Of each stream, the largest difference of its amounts counts once.",
        ]
      : []),
    ...(all.some(({ token, fields }) => token === null && fields.length > 0)
      ? ["Where the report does not tell the token, amounts are summed by field only: they may be of several tokens."]
      : []),
    ...(missing > 0
      ? [
          `What ${missing === 1 ? "the stream" : "the streams"} that one side lacks would hold is not in the report, and not in these sums.`,
        ]
      : []),
    ...(report.discrepancies.some(
      ({ field, dbValue, onChainValue }) =>
        isAmount(field) && /amount|balance/i.test(field) && (dbValue === null || onChainValue === null),
    )
      ? ["An amount that one side does not have counts nowhere."]
      : []),
  ];
  return lines.length === 0 ? NOTHING : html`<ul class="notes">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** Always to the last base unit, and in the token's units where they are known. */
function amounted({ token }: Stake, amount: bigint, units: Units): Markup {
  if (amount === 0n) return html`<span class="zero">0</span>`;
  const text = units.text(String(amount), token);
  return text === null
    ? number(amount)
    : html`<b>${breakable(text)}</b> <span class="units">${number(amount)} base units</span>`;
}

/** @param isBrief where it stands whole elsewhere: on paper, too, its ends are enough */
function named({ token }: Stake, units: Units, isBrief = false): Markup {
  if (token === null) return html`<span class="none">token not told</span>`;
  const symbol = units.of(token)?.symbol ?? null;
  const brief = isBrief ? html` class="brief"` : NOTHING;
  return html`<span${brief}>${symbol === null ? address(token) : html`${symbol} <small>${address(token)}</small>`}</span>`;
}
