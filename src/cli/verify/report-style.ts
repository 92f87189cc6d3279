/** The style of the report; colours have a contrast of 4.5 at least on their ground. */
export const reportStyle = `
:root{color-scheme:light dark;--ground:#fbfbfa;--card:#fff;--text:#1c1d1f;--soft:#5a5d63;--line:#d9dadd;--link:#1a56a8;
--good:#17663a;--good-ground:#e3f3e8;--bad:#a31621;--bad-ground:#fbe6e6;--warn:#7a4d00;--warn-ground:#fbefd9;--off:#54575d;--off-ground:#ececee}
@media (prefers-color-scheme:dark){:root{--ground:#141517;--card:#1d1f22;--text:#e9eaec;--soft:#a9adb4;--line:#383b40;--link:#8ab8f5;
--good:#8bdba8;--good-ground:#173322;--bad:#ff9da1;--bad-ground:#441a1d;--warn:#f2c572;--warn-ground:#3a2c10;--off:#b3b7bd;--off-ground:#2b2e32}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header,main{max-width:72rem;margin:0 auto;padding:1rem}
header{padding-top:1.5rem}
.product{margin:0;color:var(--soft);font-size:.875rem}
h1{margin:0 0 .5rem;font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}
h2{margin:1.5rem 0 .5rem;font-size:1.1rem}
.when,.count{color:var(--soft);margin:.5rem 0}
.verdict{display:inline-block;margin:0;padding:.25rem .75rem;border-radius:.5rem;font-weight:600}
.passed{color:var(--good)}.failed{color:var(--bad)}.optional{color:var(--warn)}.skipped,.none{color:var(--off)}
.verdict.passed,.badge.passed{background:var(--good-ground)}
.verdict.failed,.badge.failed{background:var(--bad-ground)}
.badge.optional{background:var(--warn-ground)}.badge.skipped{background:var(--off-ground)}
.badge{display:inline-block;padding:0 .5rem;border-radius:.4rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
.scroll{overflow-x:auto}
table{border-collapse:collapse;background:var(--card);border:1px solid var(--line);font-variant-numeric:tabular-nums}
th,td{padding:.3rem .7rem;border:1px solid var(--line);text-align:right;font-weight:400}
thead th{color:var(--soft);font-size:.875rem;text-align:center}
tbody th{text-align:left;white-space:nowrap}
td.failed,td.optional{font-weight:700}
small{color:var(--soft)}
.points>div,.cases>li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;margin:.5rem 0}
.points{margin:0}.points>div{padding:.6rem .9rem}
dd{margin:0}dt{font-weight:600}.points dt{font-weight:400}
.filters{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end}
.filters label{display:grid;gap:.2rem;font-size:.875rem;color:var(--soft)}
.filters label:first-child{flex:1 1 14rem}
input,select,button{font:inherit;color:var(--text);background:var(--card);border:1px solid var(--soft);border-radius:.4rem;padding:.4rem .6rem;min-height:2.5rem}
button{cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.cases{list-style:none;margin:0;padding:0}
.cases>li[hidden]{display:none}
summary{cursor:pointer;padding:.6rem .9rem;overflow-wrap:anywhere}
details[open]>summary{border-bottom:1px solid var(--line)}
.id{color:var(--soft);font-size:.8125rem}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8125rem}
.facts{margin:0;padding:.6rem .9rem}
.facts>div{display:grid;grid-template-columns:6rem 1fr;gap:.5rem;padding:.15rem 0;overflow-wrap:anywhere}
.facts dt{color:var(--soft);font-weight:400}
.exchange{border-top:1px solid var(--line);padding:.6rem .9rem}
.exchange.wrong{border-left:4px solid var(--bad)}
.line{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;justify-content:space-between;overflow-wrap:anywhere}
.line>code{flex:1 1 12rem;min-width:0}
.copy{font-size:.8125rem;min-height:2rem;padding:.2rem .6rem}
.headers{margin:.3rem 0;color:var(--soft);font-size:.8125rem;overflow-wrap:anywhere}
.headers span{display:block}
pre{margin:.4rem 0;padding:.6rem;max-height:24rem;overflow:auto;background:var(--ground);border:1px solid var(--line);border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem;color:var(--link)}
.said{position:fixed;right:1rem;bottom:1rem;margin:0;padding:.5rem .9rem;border-radius:.5rem;background:var(--text);color:var(--ground)}
.said:empty{display:none}
@media (max-width:40rem){th,td{padding:.3rem .4rem}.facts>div{grid-template-columns:1fr;gap:0}.filters label{flex:1 1 40%}.filters button{flex:1 1 100%}}
@media print{:root{--ground:#fff;--card:#fff;--text:#000;--soft:#333;--line:#999;--good:#17663a;--bad:#a31621;--warn:#7a4d00;--off:#333;
--good-ground:#fff;--bad-ground:#fff;--warn-ground:#fff;--off-ground:#fff}
body{font-size:10pt}.filters,.copy,.skip,.said,.count{display:none}pre{max-height:none;overflow:visible}
.cases>li,.points>div,.exchange{break-inside:avoid-page}.badge,.verdict{border:1px solid currentColor}}
`
