import { headlineOf } from "../headline.js";
import { listedFindings } from "../listed-finding.js";
import type { Reporter } from "../reporter.js";
import { chartsSection } from "./html/charts.js";
import { findingsSection } from "./html/findings-section.js";
import { html as markup, trusted } from "./html/markup.js";
import { meaningsSection } from "./html/meanings.js";
import { factsSection, headlineSection, stepsSection, streamsSection } from "./html/overview.js";
import { SCRIPT, SCRIPT_HASH } from "./html/page-script.js";
import { STYLE, STYLE_HASH } from "./html/page-style.js";
import { stakeSection } from "./html/stake-section.js";

/** Nothing may be loaded, and of style and script only what is in this file runs: values of a report never do. */
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  `style-src '${STYLE_HASH}'`,
  `script-src '${SCRIPT_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** One page for a person with a browser: no request to anywhere, complete without its script, and it prints. */
export const html: Reporter = (report) => {
  const headline = headlineOf(report);
  const findings = listedFindings(report);
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Reconciliation: ${headline.headline}, ${report.startedAt.slice(0, 10)}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
<script>${trusted(SCRIPT)}</script>
</head>
<body>
<main>
${headlineSection(report, headline)}
${streamsSection(report)}
${stakeSection(report)}
${stepsSection(report)}
${chartsSection(findings)}
${findingsSection(findings, headline.tone === "good")}
${meaningsSection(findings)}
${factsSection(report)}
<footer>Made by reconcile-streams ${report.toolVersion}. This page loads nothing from anywhere; its data is in the file.</footer>
</main>
</body>
</html>
`.text;
};
