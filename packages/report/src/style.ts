import { darkPalette, lightPalette, paletteVariables } from './palette.js';

/** Style sheet that all reports share. */
export const style = `
:root { color-scheme: light; ${paletteVariables(lightPalette)} }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; ${paletteVariables(darkPalette)} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; }
@media screen and (min-width: 110rem) { main { max-width: 90rem; } }
h1 { font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2; margin: .6rem 0; }
h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1rem 0 .4rem; }
.lead { font-size: 1.08rem; max-width: 46rem; }
.small { color: var(--soft); font-size: .88rem; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.note { color: var(--soft); font-weight: 400; }
table { border-collapse: collapse; background: var(--card); border: 1px solid var(--line); font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .5rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; font-weight: 600; }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem; white-space: normal; }
table.times { width: auto; }
.data .text { text-align: left; }
.data td.text, .data tbody th { white-space: normal; overflow-wrap: break-word; }
.data .whole { white-space: nowrap; }
.data td.text { min-width: 7rem; }
.data tbody th { min-width: 6rem; max-width: 24rem; }
.data tr > th:first-child { position: sticky; left: 0; z-index: 1; background: var(--card); }
@media (max-width: 30rem) { th, td { padding: .4rem .35rem; font-size: .85rem; } tbody th { white-space: normal; } .data tbody th, .data .whole { white-space: normal; min-width: 4.5rem; max-width: 40vw; } }
.data thead .note { display: block; }
.data thead th { vertical-align: top; }
.data thead button { font: inherit; color: inherit; background: none; border: 0; padding: .3rem 0; margin: -.3rem 0; cursor: pointer; text-align: inherit; }
.data thead button:hover { color: var(--ink); }
.data button .title::after { content: '\\25B4\\25BE'; opacity: .5; margin-left: .3em; letter-spacing: -.15em; }
.data [aria-sort] { color: var(--ink); }
.data [aria-sort=ascending] .title::after { content: '\\25B4'; opacity: 1; }
.data [aria-sort=descending] .title::after { content: '\\25BE'; opacity: 1; }
.data .group th { white-space: normal; background: var(--page); color: var(--soft); font-size: .85rem; }
.data .group span { position: sticky; left: .7rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); padding: .4rem .9rem .8rem; }
.chart { width: 100%; height: auto; display: block; font: 14px system-ui, sans-serif; fill: var(--soft); }
.chart .grid { stroke: var(--line); }
.chart .curves path { fill: none; stroke-width: 2; stroke-linejoin: round; }
.chart .curves .faint { opacity: .25; stroke-width: 1; }
.chart .mark { stroke: var(--mark); stroke-width: 2; }
.chart .above { paint-order: stroke; stroke: var(--card); stroke-width: 5; stroke-linejoin: round; }
.chart .row { stroke: var(--line); stroke-dasharray: 2 4; }
.chart .reference { stroke: var(--ink); stroke-width: 1.5; }
.chart .interval { stroke-width: 2; fill: none; }
.chart .dot { stroke: var(--card); stroke-width: 1.5; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 0 0 .3rem; padding: 0; font-size: .85rem; color: var(--soft); }
.swatch { display: inline-block; width: .9em; height: .9em; margin-right: .35em; vertical-align: -.1em; }
.figures { display: grid; gap: .6rem; }
.figures.scene { grid-template-columns: repeat(auto-fill, minmax(9.2rem, 1fr)); }
.figures.clip { grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); }
figure { margin: 0; background: var(--card); border: 1px solid var(--line); break-inside: avoid; }
figure img { width: 100%; height: auto; display: block; image-rendering: auto; }
figcaption { padding: .3rem .5rem; font-size: .8rem; color: var(--soft); }
.true-mask { border-bottom: 3px solid #ffffff; background: #5a6878; color: #fff; padding: 0 .3em; }
.found-mask { border-bottom: 3px solid #ff8a00; padding: 0 .1em; }
@media print {
  body { background: #fff; font-size: 11pt; }
  main { max-width: none; padding: 0 1px; }
  h2, h3 { break-after: avoid; }
  .card { break-inside: avoid; }
  table { break-inside: auto; }
  tr, .short { break-inside: avoid; }
  .scroll { overflow: visible; }
  .data thead button { display: contents; }
  .data tr > th:first-child { position: static; }
  .data .whole { white-space: normal; }
  .data button .title::after { content: none; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
