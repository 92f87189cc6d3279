/**
 * The style sheet of all pages. A host sets the variables that begin with `--portal-` by the option `theme`; the values
 * here have the contrasts of WCAG 2.2 AA, light and dark.
 */
export const style = `
:root {
  color-scheme: light dark;
  --portal-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --portal-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  --portal-radius: 10px;
  --portal-background: #f5f6f8;
  --portal-surface: #ffffff;
  --portal-sunken: #eef0f3;
  --portal-text: #1b1f27;
  --portal-muted: #545c6a;
  --portal-border: #d5d9e0;
  --portal-control: #79818f;
  --portal-accent: #2b50c8;
  --portal-on-accent: #ffffff;
  --portal-good: #17693c;
  --portal-good-surface: #e4f4ea;
  --portal-warning: #7a4b00;
  --portal-warning-surface: #fdf1d8;
  --portal-danger: #b3261e;
  --portal-on-danger: #ffffff;
  --portal-danger-surface: #fdeceb;
  --portal-focus: #2b50c8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --portal-background: #12151b;
    --portal-surface: #1b1f27;
    --portal-sunken: #252b35;
    --portal-text: #e8ebf0;
    --portal-muted: #a9b2c0;
    --portal-border: #363d49;
    --portal-control: #838da0;
    --portal-accent: #93aeff;
    --portal-on-accent: #10182e;
    --portal-good: #86d9a8;
    --portal-good-surface: #17301f;
    --portal-warning: #f3c877;
    --portal-warning-surface: #35290f;
    --portal-danger: #ffa69e;
    --portal-on-danger: #3a0906;
    --portal-danger-surface: #3b1917;
    --portal-focus: #b5c7ff;
  }
}
*, *:before, *:after { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem }
body {
  margin: 0; background: var(--portal-background); color: var(--portal-text);
  font: 1rem/1.55 var(--portal-font); overflow-wrap: break-word;
}
a { color: var(--portal-accent); text-underline-offset: .18em }
h1, h2, h3 { line-height: 1.25; margin: 0 0 .5rem; text-wrap: balance }
h1 { font-size: 1.6rem; letter-spacing: -.01em }
h2 { font-size: 1.15rem }
h3 { font-size: 1rem }
p, ul, ol, dl, table, fieldset { margin: 0 0 1rem }
code, .code { font-family: var(--portal-mono); font-size: .92em }
:focus-visible { outline: 3px solid var(--portal-focus); outline-offset: 2px; border-radius: 4px }
h2 a { display: inline-block; min-height: 24px }
h1:focus, h2:focus, [role="alert"]:focus { outline-offset: 6px }
.skip { position: absolute; left: -100vw; top: .5rem; padding: .6rem 1rem; background: var(--portal-surface); z-index: 2 }
.skip:focus { left: .5rem }
.page { max-width: 62rem; margin: 0 auto; padding: 0 1rem 2rem }
.top { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; justify-content: space-between; padding: 1rem 0 .75rem }
.top .service { font-weight: 650 }
.top .who { color: var(--portal-muted); font-size: .9rem }
details { margin: 0 0 1rem }
summary { cursor: pointer; min-height: 24px; line-height: 24px; width: fit-content }
details[open] > summary { margin-bottom: .5rem }
.connection { font-size: 1.05rem; font-weight: 600; margin: 0 0 .25rem; overflow-wrap: anywhere }
.tabs { margin: 0 0 1.25rem; border-bottom: 1px solid var(--portal-border) }
.tabs ul { display: flex; flex-wrap: wrap; gap: 0 .25rem; list-style: none; margin: 0; padding: 0 }
.tabs a { display: block; padding: .55rem .7rem; color: var(--portal-muted); text-decoration: none; border-bottom: 3px solid transparent; margin-bottom: -1px }
.tabs a:hover { color: var(--portal-text); text-decoration: underline }
.tabs a[aria-current] { color: var(--portal-text); font-weight: 600; border-bottom-color: var(--portal-accent) }
.head { margin-bottom: 1.25rem }
.head p { color: var(--portal-muted); margin: 0; max-width: 42rem; text-wrap: pretty }
.card { background: var(--portal-surface); border: 1px solid var(--portal-border); border-radius: var(--portal-radius); padding: 1.1rem 1.25rem; margin: 0 0 1rem }
.card > :last-child { margin-bottom: 0 }
.card.danger { border-color: var(--portal-danger) }
.muted { color: var(--portal-muted) }
.small { font-size: .875rem }
.note { border-left: 4px solid var(--portal-control); background: var(--portal-sunken); padding: .65rem .9rem; border-radius: 4px; margin: 0 0 1rem }
.note > :last-child { margin-bottom: 0 }
.note.good { border-color: var(--portal-good); background: var(--portal-good-surface) }
.note.warning { border-color: var(--portal-warning); background: var(--portal-warning-surface) }
.note.bad { border-color: var(--portal-danger); background: var(--portal-danger-surface) }
.badge { display: inline-block; padding: .05rem .55rem; border: 1px solid currentColor; border-radius: 99px; font-size: .8125rem; font-weight: 600; white-space: nowrap; color: var(--portal-muted) }
.badge.good { color: var(--portal-good); background: var(--portal-good-surface) }
.badge.warning { color: var(--portal-warning); background: var(--portal-warning-surface) }
.badge.bad { color: var(--portal-danger); background: var(--portal-danger-surface) }
.button, button {
  display: inline-block; font: inherit; font-weight: 600; line-height: 1.3; cursor: pointer; text-decoration: none; text-align: center;
  min-height: 2.5rem; padding: .5rem .95rem; border-radius: 8px; border: 1px solid var(--portal-control);
  background: var(--portal-surface); color: var(--portal-text);
}
.button:hover, button:hover { background: var(--portal-sunken) }
.button[aria-current] { border-color: var(--portal-accent); box-shadow: inset 0 0 0 1px var(--portal-accent) }
.primary { background: var(--portal-accent); border-color: var(--portal-accent); color: var(--portal-on-accent) }
.primary:hover { background: var(--portal-accent); filter: brightness(.92) }
button.danger { background: var(--portal-danger); border-color: var(--portal-danger); color: var(--portal-on-danger) }
button.danger:hover { background: var(--portal-danger); filter: brightness(.92) }
button.quiet { min-height: 2rem; padding: .2rem .6rem; font-weight: 500; font-size: .9rem }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center }
form.inline { display: inline }
label, .label { font-weight: 600; display: block; margin-bottom: .25rem }
.field { margin: 0 0 1rem }
.hint { color: var(--portal-muted); font-size: .9rem; margin: 0 0 .35rem; font-weight: 400 }
input, select { font: inherit; color: inherit; background: var(--portal-surface); border: 1px solid var(--portal-control); border-radius: 8px; padding: .5rem .65rem; width: 100%; max-width: 30rem; min-height: 2.5rem }
input[type="radio"], input[type="checkbox"] { width: 1.25rem; height: 1.25rem; min-height: 0; margin: 0; accent-color: var(--portal-accent); flex: none }
input[aria-invalid="true"] { border: 2px solid var(--portal-danger) }
fieldset { border: 0; padding: 0; min-width: 0 }
legend { font-weight: 600; padding: 0; margin-bottom: .5rem }
.choices { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)) }
.choice { display: flex; gap: .65rem; align-items: center; padding: .7rem .85rem; border: 1px solid var(--portal-border); border-radius: 8px; background: var(--portal-surface); font-weight: 500; margin: 0; cursor: pointer }
.choice:has(:checked) { border-color: var(--portal-accent); box-shadow: inset 0 0 0 1px var(--portal-accent) }
.value { display: flex; flex-wrap: wrap; gap: .5rem; align-items: stretch; margin: .35rem 0 .9rem }
.value input { font-family: var(--portal-mono); font-size: .9rem; background: var(--portal-sunken); border-color: var(--portal-border); flex: 1 1 16rem; max-width: none; min-width: 0; text-overflow: ellipsis }
.value textarea { font: .9rem/1.5 var(--portal-mono); color: inherit; background: var(--portal-sunken); border: 1px solid var(--portal-border); border-radius: 8px; padding: .5rem .65rem; flex: 1 1 16rem; min-width: 0; resize: vertical }
.value textarea + button { align-self: start }
.secret textarea { overflow-wrap: anywhere }
.secret.covered textarea { -webkit-text-security: disc }
ol.steps { list-style: none; counter-reset: step; padding: 0; margin: 0 }
ol.steps > li { counter-increment: step; position: relative; padding: 0 0 1rem 2.6rem; min-height: 2.4rem }
ol.steps > li:before { content: counter(step); position: absolute; left: 0; top: -.1rem; width: 1.75rem; height: 1.75rem; border-radius: 50%; display: grid; place-items: center; font-size: .875rem; font-weight: 650; background: var(--portal-sunken); border: 1px solid var(--portal-border) }
ol.steps > li > :last-child { margin-bottom: 0 }
.expect { border-left: 3px solid var(--portal-good); padding-left: .7rem }
ol.steps ul { padding-left: 1.2rem }
.scroll { overflow-x: auto; margin: 0 0 1rem; border-radius: 6px }
table { border-collapse: collapse; width: 100%; margin: 0; font-size: .94rem }
caption { text-align: left; font-weight: 600; padding: 0 0 .5rem }
th, td { text-align: left; vertical-align: top; padding: .55rem .7rem .55rem 0; border-bottom: 1px solid var(--portal-border) }
th { font-weight: 600 }
thead th { font-size: .85rem; color: var(--portal-muted) }
table.wide { table-layout: fixed; min-width: 46rem }
table.wide th:nth-child(1) { width: 30% }
table.wide th:nth-child(2) { width: 28% }
table.wide th:nth-child(3) { width: 20% }
tbody tr:last-child > * { border-bottom: 0 }
th code, td code, ul.entries code { overflow-wrap: anywhere }
th code, td code, th .muted { font-weight: 400 }
table .badge { margin: 0 .15rem .15rem 0 }
dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .3rem 1.25rem }
dl.facts dt { color: var(--portal-muted) }
dl.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere }
ul.entries, ul.plain { list-style: none; margin: 0; padding: 0 }
ul.entries > li { padding: .7rem 0; border-bottom: 1px solid var(--portal-border); display: grid; grid-template-columns: 12.5rem 1fr auto; gap: .1rem 1rem; align-items: baseline }
ul.entries > li:last-child { border-bottom: 0 }
ul.entries p { margin: 0 }
ul.entries + form, ul.entries + .actions { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid var(--portal-border) }
ul.entries details { margin: .15rem 0 0 }
ul.entries details p { margin: 0 0 .5rem }
ul.entries .actions { gap: .4rem }
.entry-time { color: var(--portal-muted); font-size: .875rem }
.filters { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end }
.filters .field { margin: 0; flex: 1 1 10rem }
.foot { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--portal-border); display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; justify-content: space-between; color: var(--portal-muted); font-size: .9rem }
.foot form { display: flex; gap: .4rem; flex-wrap: wrap }
.foot a, .inline-link { display: inline-block; min-height: 24px; line-height: 24px }
.progress { height: .7rem; width: 100% }
.waiting { display: flex; gap: .7rem; align-items: baseline }
.dot { flex: none; width: .7rem; height: .7rem; border-radius: 50%; background: var(--portal-control) }
.waiting .dot { animation: portal-pulse 1.6s ease-in-out infinite }
.hidden-text { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
[hidden] { display: none }
@keyframes portal-pulse { 50% { opacity: .25 } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important } }
@media (max-width: 40rem) {
  ul.entries .actions { margin-top: .4rem }
  h1 { font-size: 1.35rem }
  .card { padding: .95rem 1rem }
  ul.entries > li { grid-template-columns: 1fr }
  dl.facts { grid-template-columns: 1fr; gap: 0 }
  table, tbody, tr, th, td, caption { display: block }
  table.wide { min-width: 0 }
  table.wide th:nth-child(n) { width: auto }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
  th, td { border: 0; padding: 0 0 .3rem; overflow-wrap: anywhere }
  td.empty { display: none }
  td .badge { white-space: normal }
  td:before { content: attr(data-column) ": "; color: var(--portal-muted); font-size: .85rem }
  tbody tr { padding: .6rem 0 .3rem; border-bottom: 1px solid var(--portal-border) }
  tbody tr:last-child { border-bottom: 0 }
  dl.facts dd { margin-bottom: .5rem }
  .value button { flex: 1 1 100% }
  .tabs a { padding: .5rem }
}
@media (forced-colors: active) {
  .tabs a[aria-current] { border-bottom-color: Highlight }
  .badge, .note, .card, .choice { border: 1px solid CanvasText }
  .choice:has(:checked) { outline: 2px solid Highlight }
  .dot { background: CanvasText; forced-color-adjust: none }
  .primary, button.danger { border: 2px solid ButtonText }
}
@media print {
  .tabs, .foot form, button, .skip { display: none }
  body { background: none }
  .card { break-inside: avoid; border-color: #999 }
}
`
