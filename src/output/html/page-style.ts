/** The one style of all pages: light and dark by the reader's choice, narrow screens, paper. */

export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d1d9e0; --back: #fff; --band: #f6f8fa; --bar: #b3cde3; --bad: #d55e00; --link: #0072b2;
  --blue: #0068a8; --orange: #c04a00; --grey: #7c7c88; --band-blue: #0068a833;
  --h0: #f1f1f4; --h1: #fde3cc; --h2: #f8bd8c; --h3: #ec8b4a; --h4: #a64206; --t0: #1b1b1f; --t1: #1b1b1f; --t2: #1b1b1f; --t3: #1b1b1f; --t4: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --back: #0d1117; --band: #161b22; --bar: #33506b; --bad: #ff9040; --link: #6cb6ff;
  --blue: #5cb8f0; --orange: #ff9d4d; --grey: #9a9aa6; --band-blue: #5cb8f033;
  --h0: #2a2a30; --h1: #4d3320; --h2: #80491c; --h3: #d07a2a; --h4: #ffb876; --t0: #e9e9ee; --t1: #e9e9ee; --t2: #fff; --t3: #17171a; --t4: #17171a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 90rem; color: var(--ink); background: var(--back); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
.scope, .note, .more { color: var(--soft); } .note { max-width: 75ch; } ol { max-width: 75ch; padding-left: 1.5rem; } li { margin: .5rem 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { padding: .35rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody tr:nth-child(even) { background: var(--band); }
.number { text-align: right; white-space: nowrap; } .fixed { white-space: nowrap; } .phrase { min-width: 12rem; } .sentence { min-width: 20rem; } code { font-size: .9em; }
figure { margin: 0 0 1rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; } .report > h2 { border-top: 2px solid var(--line); padding-top: 1rem; font-size: 1.35rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: 0; padding: 0; } a { color: var(--link); } a:focus-visible { outline: 2px solid var(--link); }
svg { display: block; max-width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: var(--ink); } svg.chart text { white-space: pre; } svg.narrow { display: none; }
.job { fill: var(--bar); } .job.neighbour { opacity: .5; } .rule { stroke: var(--line); } .mark { stroke: var(--ink); stroke-width: 2; } .mark.other { stroke: var(--soft); stroke-width: 1; } .death { stroke: var(--bad); stroke-width: 3; fill: none; } .over { paint-order: stroke; stroke: var(--back); stroke-width: 4px; } .arrow { stroke: var(--bad); stroke-width: 2; fill: none; } .head { fill: var(--bad); } .strong { font-weight: 700; } .soft { fill: var(--soft); }
@media (max-width: 640px) { svg.chart.wide { display: none; } svg.narrow { display: block; } }
@media print { :root { color-scheme: light; } nav { display: none; } body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; } svg.chart.wide { display: block; } svg.narrow { display: none; } tr, figure { break-inside: avoid; } h2 { break-after: avoid; } }
`;
