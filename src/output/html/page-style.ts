/** The one style of all pages: light and dark by the reader's choice, narrow screens, paper. */

export const pageStyle = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d1d9e0; --back: #fff; --band: #f6f8fa; --bar: #b3cde3; --bad: #d55e00; --link: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --back: #0d1117; --band: #161b22; --bar: #33506b; --bad: #ff9040; --link: #6cb6ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 90rem; color: var(--ink); background: var(--back); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
.scope, .note, .more { color: var(--soft); } .note { max-width: 75ch; } ol { max-width: 75ch; padding-left: 1.5rem; } li { margin: .5rem 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } .wide:focus-visible { outline: 2px solid var(--link); }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { padding: .35rem .75rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody tr:nth-child(even) { background: var(--band); }
.number { text-align: right; white-space: nowrap; } .fixed { white-space: nowrap; } code { font-size: .9em; }
figure { margin: 0; }
svg { display: block; min-width: 46rem; width: 100%; height: auto; font: 12px system-ui, sans-serif; fill: var(--ink); }
.job { fill: var(--bar); } .rule { stroke: var(--line); } .mark { stroke: var(--ink); stroke-width: 2; } .death { stroke: var(--bad); stroke-width: 3; } .arrow { stroke: var(--bad); stroke-width: 2; fill: none; } .head { fill: var(--bad); } .strong { font-weight: 700; } .soft { fill: var(--soft); }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; } svg { min-width: 0; } tr, figure { break-inside: avoid; } h2 { break-after: avoid; } }
`;
