"""How a report looks: light and dark, on paper, and at the width of a phone.

Colours of lines are told apart by people who cannot distinguish red from green, on either
ground. Source: Okabe and Ito, 2008, lightened for the dark one.
"""

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1b1f24; --quiet: #5b6470;
 --line: #d9dde3; --card: #f5f6f8; --good: #1a7f37; --bad: #b3261e; --unknown: #8a5a00;
 --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #b07a00; --c5: #3a9bd9;
 --c6: #777; --c7: #000 }
@media screen and (prefers-color-scheme: dark) { :root { --ground: #14171b; --text: #e6e9ed;
 --quiet: #9aa4b1; --line: #333a43; --card: #1d2228; --good: #5fd38a; --bad: #ff8a80;
 --unknown: #f0c060; --c0: #4aa8e0; --c1: #ff8b3d; --c2: #2fd0a0; --c3: #e6a0c8; --c4: #f0b43c;
 --c5: #8fd0ff; --c6: #a0a0a0; --c7: #fff } }
* { box-sizing: border-box }
body { background: var(--ground); color: var(--text); margin: 0 auto; padding: 1.5rem 1rem 4rem;
 max-width: 76rem; font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem } p { margin: .25rem 0 }
.quiet { color: var(--quiet) } .good { color: var(--good) } .bad { color: var(--bad) }
.unknown { color: var(--unknown) }
.verdict { border-left: .4rem solid; padding: .5rem 1rem; background: var(--card);
 margin: 1rem 0 1.5rem }
.verdict strong { font-size: 1.25rem } .verdict ul { color: var(--text); margin: .25rem 0 0;
 padding-left: 1.1rem }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(7.5rem, 1fr));
 gap: .75rem; margin: 1rem 0 }
.tiles div { background: var(--card); padding: .6rem .8rem; border-radius: .3rem }
.tiles b { display: block; font-size: 1.3rem; font-weight: 600 }
.tiles span { color: var(--quiet); font-size: .85rem }
.notes { margin: .5rem 0; padding-left: 1.1rem } .notes li { white-space: pre-wrap }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
 vertical-align: top }
th { color: var(--quiet); font-weight: 500; font-size: .85rem; white-space: nowrap;
 overflow-wrap: normal }
th:first-child, td:first-child { text-align: left }
table:not(.marks) td:first-child { min-width: 8rem }
.marks td:first-child { width: 1.5rem }
.marks :is(th, td):nth-child(-n + 2) { text-align: left } td:has(.bar) { width: 40% }
table:not(.words) td:not(:first-child) { white-space: nowrap }
table.marks td:nth-child(2) { white-space: normal; min-width: 7rem }
.words td { text-align: left } .words th { text-align: left }
.words:not(.marks) td:first-child { width: 40% }
td i.bar { display: block; height: .5rem; background: var(--c0); min-width: 1px }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr));
 gap: 0 2rem } .pair > * { min-width: 0 }
figure { margin: 1rem 0 } figcaption { font-weight: 600 }
figcaption span { font-weight: 400; margin-right: .9rem; white-space: nowrap }
figcaption .legend { display: flex; flex-wrap: wrap; margin: 0; font-size: .85rem;
 white-space: normal }
svg { width: 100%; height: auto; display: block }
figure > svg { margin-top: .4rem }
svg text { font-size: 12px; fill: var(--quiet) } .grid { stroke: var(--line) }
polyline { fill: none; stroke-width: 1.8; stroke-linejoin: round }
.key { width: 1.6em; height: .7em; display: inline-block; vertical-align: baseline }
iframe { width: 100%; height: 48rem; border: 1px solid var(--line); resize: vertical }
pre { white-space: pre-wrap; background: var(--card); padding: .6rem .8rem }
@media (max-width: 60rem) { table { font-size: .9rem } th, td { padding: .3rem .4rem } }
@media (min-width: 40.01rem) and (max-width: 60rem) { th { white-space: normal } }
@media (max-width: 40rem) { svg text { font-size: 21px } }
@page { margin: 12mm }
@media print { :root { color-scheme: light }
 body { max-width: none; padding: 0; font-size: 11px; print-color-adjust: exact;
 -webkit-print-color-adjust: exact }
 .scroll { overflow: visible } th, td { padding: .2rem .35rem }
 .pair { grid-template-columns: 1fr 1fr; gap: 0 1rem } svg text { font-size: 18px }
 iframe { height: 100rem }
 figure, tr, thead, .tiles div { break-inside: avoid } h2, h3, thead { break-after: avoid } }
"""
