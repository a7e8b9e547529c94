/** The page's style. Its hash is in the page's policy: a test holds the two together. */
export const STYLE_HASH = "sha256-AxXq7BxyA/csduG4GxKph/BtZG1cr3J66N4uGT+Rnjw=";

export const STYLE = `
:root{--bg:#f6f6f4;--card:#fff;--ink:#1b1d20;--muted:#575c64;--line:#dfdfda;--soft:#eeeeea;--link:#1f4f9c;--error:#b3261e;--warning:#8a5300;--notice:#4a5565;--unknown:#6b3fa0;--good:#1d6b3f}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
section,.headline{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.25rem 1.5rem;margin:0 0 1rem}
h1{font-size:2.25rem;line-height:1.15;margin:.1rem 0 .4rem;letter-spacing:-.02em}
h2{font-size:1.15rem;margin:0 0 .6rem;letter-spacing:-.01em}
h3{font-size:1rem;margin:0 0 .3rem;font-weight:600}
p{margin:.3rem 0}
a{color:var(--link)}
small,.lead,.notes,.remarks,.brand,.when,.more{color:var(--muted)}
small{font-size:.82em}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
.t-error{--tone:var(--error)}.t-bad{--tone:var(--error)}.t-warning{--tone:var(--warning)}.t-notice{--tone:var(--notice)}.t-unknown{--tone:var(--unknown)}.t-good{--tone:var(--good)}
.headline{border-left:8px solid var(--tone);padding:1.5rem 1.75rem}
.headline h1{color:var(--tone)}
.brand{margin:0;font-size:.9rem}
.sentence{font-size:1.25rem;line-height:1.4;max-width:46rem}
.when{font-size:.92rem}
.remarks,.notes{margin:.6rem 0 0;padding-left:1.1rem;font-size:.92rem}
.steps{margin:0;padding-left:1.3rem}.steps li{margin:.25rem 0;overflow-wrap:anywhere}
.stack,.bar{display:block}.stack{border-radius:4px;margin:.7rem 0}
.fill{fill:var(--tone)}.stack .fill{stroke:var(--card);stroke-width:2}.rail{fill:var(--soft)}
.legend{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.35rem 1.6rem}
.legend .zero,td .zero{color:var(--muted)}
.dot{display:inline-block;width:.7em;height:.7em;border-radius:2px;background:var(--tone);margin-right:.4em}
.zero .dot{background:none;border:1px solid var(--muted)}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.6rem 1.5rem;margin:0}
dt{color:var(--muted);font-size:.85rem}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
caption{text-align:left;color:var(--muted);font-size:.9rem;padding:0 0 .35rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .9rem .45rem 0;font-weight:400;overflow-wrap:anywhere}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--muted);font-size:.85rem;font-weight:600;border-bottom:1px solid var(--line);vertical-align:bottom}
.num{text-align:right}
.n{font-variant-numeric:tabular-nums}.n i{font-style:normal}.n i::before{content:","}
.units,.num small{display:block;color:var(--muted);font-size:.85rem}
.none{color:var(--muted);font-style:italic}
.m{font-size:0}.m::before{content:"…";font-size:1rem}
.a{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88em}
.s{white-space:nowrap}
.plain{margin:0 0 1rem}.plain tbody tr+tr>*{border-top:1px solid var(--line)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:1.25rem 2.5rem;align-items:start}
.chart th{width:48%;padding-right:.8rem}.chart .track{width:100%;padding-top:.8rem}.chart td.num{white-space:nowrap}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.kind{display:inline-block;color:var(--tone);border:1px solid var(--tone);border-radius:4px;padding:0 .45em;font-size:.85em;line-height:1.5}
.findings{table-layout:fixed}
thead th{overflow-wrap:normal}
.findings thead th:nth-child(1){width:12.5rem}.findings thead th:nth-child(2){width:19%}
.why a{white-space:nowrap}.why .n{display:inline-block}
.findings.ready caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);padding:0}
.findings tbody{border-bottom:1px solid var(--line)}
.findings tbody th{font-weight:600}
.findings tbody tr:first-child>*{padding-bottom:0}
.findings .why td{color:var(--muted);font-size:.92rem;padding-top:.15rem;padding-left:12.5rem;padding-bottom:.65rem}
th button{all:unset;cursor:pointer;font-weight:600;color:var(--muted)}
th button:hover{color:var(--ink)}
th button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
th button::after{content:" ↕";opacity:.55}
th[aria-sort=ascending] button::after{content:" ↑";opacity:1}
th[aria-sort=descending] button::after{content:" ↓";opacity:1}
th[aria-sort] button{color:var(--ink)}
.controls{display:flex;flex-wrap:wrap;gap:.6rem .9rem;align-items:end;margin:0 0 .4rem}
.controls[hidden],.pager[hidden],tbody[hidden]{display:none!important}
.controls label{max-width:100%;font-size:.85rem;color:var(--muted);display:flex;flex-direction:column;gap:.15rem;min-width:0}
.controls .narrow{display:none}
input,select,.controls button,.pager button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--muted);border-radius:6px;padding:.35rem .6rem;max-width:100%;min-height:2.4rem}
.controls select{max-width:16rem}
.controls button,.pager button{cursor:pointer}
button:disabled{opacity:.45;cursor:default}
.shown{color:var(--muted);font-size:.9rem;min-height:1.5em}
.pager{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center;padding-top:.9rem}
.meanings{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:1.1rem 2.5rem}
.meanings p{max-width:44rem;font-size:.95rem}.meanings .more{font-size:.85rem}
article:target{outline:2px solid var(--link);outline-offset:.6rem;border-radius:4px}
.paper{display:none}
footer{color:var(--muted);font-size:.85rem;padding:.25rem .25rem}
@media screen{.off,.js .findings:not(.ready) tbody:nth-of-type(n+101){display:none!important}}
@media screen and (max-width:46rem){
main{padding:.75rem .75rem 2rem}
section,.headline{padding:1rem 1.05rem;border-radius:8px}
.units,.num small{flex-basis:100%}h1{font-size:1.8rem}.sentence{font-size:1.1rem}
.legend{flex-direction:column}
.controls{flex-direction:column;flex-wrap:nowrap;align-items:stretch}.controls .narrow{display:flex}.controls select{max-width:100%}
.findings thead,.plain thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.findings,.findings tbody,.findings tr,.findings td,.findings th,.findings caption,.plain,.plain tbody,.plain tr,.plain td,.plain th,.plain caption{display:block}
.findings tbody{padding:.6rem 0}.findings tbody td,.findings tbody th{padding:.12rem 0}
.plain tr{padding:.5rem 0}.plain tbody tr+tr{border-top:1px solid var(--line)}.plain tbody tr+tr>*{border-top:0}.plain td,.plain th{padding:.12rem 0}
.findings td[data-label],.findings th[data-label],.plain td[data-label]{display:flex;justify-content:space-between;gap:0 1rem;text-align:right;flex-wrap:wrap}
.findings td[data-label]::before,.findings th[data-label]::before,.plain td[data-label]::before{content:attr(data-label);color:var(--muted);font-weight:400;font-size:.88rem;text-align:left}
.findings td[data-label=Kind]{justify-content:flex-start}.findings td[data-label=Kind]::before{content:none}
.findings td:empty{display:none}
.findings .why td{padding:.25rem 0 0}
}
@media screen and (prefers-color-scheme:dark){
:root{color-scheme:dark;--bg:#131416;--card:#1b1d20;--ink:#e9ebee;--muted:#a5abb5;--line:#303339;--soft:#2a2d32;--link:#9cc2ff;--error:#ff938a;--warning:#f0bd62;--notice:#b3bdcc;--unknown:#cbaaf5;--good:#78d3a0}
}
@page{margin:14mm}
@media print{
:root{--bg:#fff;--soft:#eee}
html{font-size:10pt}body{font-size:1rem}main{max-width:none;padding:0}
section,.headline{border:0;border-radius:0;padding:0;margin:0 0 1.1rem;break-inside:auto}
.headline{border-left:6px solid var(--tone);padding-left:.9rem}
.controls,.pager,th button::after{display:none!important}
h2,h3,caption{break-after:avoid}.findings tbody,article,.legend,.stack,.steps li,.charts,.plain tr{break-inside:avoid}
.findings thead th:nth-child(1){width:8.2rem}.findings .why td{padding-left:8.2rem}.findings thead th:nth-child(2){width:17%}
.s{white-space:normal}.brief .s{white-space:nowrap}.m{font-size:inherit}.m::before{content:none}.brief .m{font-size:0}.brief .m::before{content:"…";font-size:.88rem}.plain .a{font-size:.78em}
.why a{display:none}.unprinted{display:none}.paper{display:block}
.fill,.rail,.dot,.headline{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`;
