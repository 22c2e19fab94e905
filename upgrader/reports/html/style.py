"""The page's style sheet; the content security policy names it by its hash, so nothing else can style the page."""

from typing import Final

COLOURS: Final = """
:root{color-scheme:light dark;--paper:#fbfaf8;--card:#ffffff;--ink:#1d1c1a;--soft:#5d5a54;--line:#dedad2;
--ok:#1b6340;--ok-bg:#e9f3ec;--bad:#9c231b;--bad-bg:#fbeae8;--ask:#7a5200;--ask-bg:#fbf2df;--tone:#f3f1ec}
@media (prefers-color-scheme:dark){:root{--paper:#141517;--card:#1b1d20;--ink:#e9e6df;--soft:#a5a199;--line:#34363b;
--ok:#86cfa3;--ok-bg:#17271e;--bad:#f39a90;--bad-bg:#301a19;--ask:#e6bd72;--ask-bg:#2b2314;--tone:#212327}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;
--ok:#1b6340;--ok-bg:#fff;--bad:#9c231b;--bad-bg:#fff;--ask:#7a5200;--ask-bg:#fff;--tone:#fff}}
"""

TYPE: Final = """
*{box-sizing:border-box}
html{font-size:15px;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.45 Inter,"Segoe UI",-apple-system,"Helvetica Neue",
"Source Sans 3","Noto Sans","Liberation Sans","DejaVu Sans Condensed",sans-serif;font-variant-numeric:tabular-nums}
.page{max-width:1240px;margin:0 auto;padding:1.1rem 1.6rem 3rem}
h1,h2,h3,.verdict strong{font-family:Charter,"Iowan Old Style","Source Serif 4","Noto Serif",Georgia,
"Liberation Serif","DejaVu Serif Condensed",serif;font-weight:600;line-height:1.2;margin:0}
h1{font-size:1.7rem;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.08rem;margin:0 0 .5rem}
h3{font-size:1rem}
p,ul,ol,dl,dd,table,pre,figure{margin:0;padding:0}
code,pre,.mono{font-family:"SF Mono",ui-monospace,"Cascadia Mono",Menlo,"Noto Sans Mono","Liberation Mono",
"DejaVu Sans Mono",monospace;font-size:.84em;overflow-wrap:anywhere;unicode-bidi:isolate}
bdi,td,dd{unicode-bidi:isolate;overflow-wrap:anywhere}
small{font-family:Inter,"Segoe UI",-apple-system,"Helvetica Neue","Source Sans 3","Noto Sans","Liberation Sans",
"DejaVu Sans Condensed",sans-serif}
small,.soft{color:var(--soft);font-size:.87em;font-weight:400}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--ask);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.4rem .8rem}
.label{color:var(--soft);font-size:.8rem;letter-spacing:.02em}
.ok{color:var(--ok)}.bad{color:var(--bad)}.ask{color:var(--ask)}
"""

FIRST_SCREEN: Final = """
.mast{display:flex;justify-content:space-between;gap:1rem;flex-wrap:wrap;color:var(--soft);font-size:.87rem;
padding-bottom:.55rem;border-bottom:1px solid var(--line)}
.title{padding:.85rem 0 .8rem}
.title p{color:var(--soft);max-width:72ch;overflow-wrap:anywhere}
.verdict{display:grid;grid-template-columns:auto 1fr;gap:.15rem .9rem;align-items:baseline;padding:.75rem 1.1rem;
border-left:5px solid currentColor;border-radius:2px}
.verdict.safe{background:var(--ok-bg);color:var(--ok)}.verdict.unsafe{background:var(--bad-bg);color:var(--bad)}
.verdict.cannot_tell{background:var(--ask-bg);color:var(--ask)}
.verdict strong{font-size:1.65rem}
.verdict li{min-width:0;overflow-wrap:anywhere}
.verdict p{color:var(--ink);overflow-wrap:anywhere}
.verdict .reason{grid-column:1/-1;font-size:.93rem}
.verdict ul{grid-column:1/-1;display:flex;flex-wrap:wrap;gap:0 1.15rem;list-style:none;color:var(--soft);
font-size:.85rem}
.two{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,29rem);gap:1.1rem 2.6rem;margin:1rem 0 .9rem}
.change{padding:0 0 .6rem}
.change+.change{border-top:1px solid var(--line);padding-top:.55rem}
.pairs{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.05rem .8rem;font-size:.93rem}
.pairs dt{color:var(--soft)}
.effects{list-style:none;border-top:1px solid var(--line);padding-top:.5rem;font-size:.93rem}
.hashes{align-self:start;background:var(--card);border:1px solid var(--line);border-radius:3px;padding:.8rem 1rem .7rem}
.hash{padding-bottom:.5rem}
.hash dt{overflow-wrap:anywhere;font-size:.87rem;color:var(--soft)}
.hash code{display:block;position:relative;font-size:1.05rem;line-height:1.42;padding-left:1.9rem;max-width:25.6rem}
.hash span{display:inline-block;margin-right:.62ch}
.hash span:nth-of-type(even){color:var(--soft)}
.hash i{position:absolute;left:0;font-style:normal;color:var(--soft)}
.hash.minor code{font-size:.8rem;line-height:1.4;max-width:20rem;padding-left:1.55rem}
.hashes .pairs{border-top:1px solid var(--line);padding:.5rem 0;margin-top:.1rem}
.time svg{display:block;width:100%;height:auto;overflow:visible}
.time text{fill:var(--ink);font-size:13px;text-anchor:middle}
.time .soft,.time .label{fill:var(--soft);font-size:12px}
.time .first{text-anchor:start}.time .last{text-anchor:end}
.time line{stroke:var(--line);stroke-width:2}
.time .wait{stroke:var(--ask);stroke-width:5}.time .open{stroke:var(--ok);stroke-width:5}
.time circle{fill:var(--card);stroke:var(--ink);stroke-width:2}
.time ol{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.jump{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;list-style:none;font-size:.87rem;color:var(--soft);
border-top:1px solid var(--line);padding:.5rem 0 0;margin-top:.5rem}
"""

BELOW: Final = """
main>section{padding-top:1.7rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th{text-align:left;font-weight:400;color:var(--soft);font-size:.82rem;border-bottom:1px solid var(--ink)}
th,td{padding:.32rem .8rem .32rem 0;vertical-align:top}
td{border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
td.num,th.num{text-align:right;white-space:nowrap}
.nowrap{white-space:nowrap}
tr.fails td{background:var(--bad-bg)}tr.fails td:first-child{box-shadow:inset 3px 0 var(--bad);padding-left:.6rem}
tr.waived td{background:var(--ask-bg)}tr.waived td:first-child{box-shadow:inset 3px 0 var(--ask);padding-left:.6rem}
.badge{display:inline-block;white-space:nowrap;font-size:.8rem;border:1px solid currentColor;border-radius:2px;
padding:0 .35rem}
details{margin-top:.2rem}
summary{cursor:pointer;color:var(--soft);font-size:.87rem}
pre{background:var(--tone);border-radius:3px;padding:.7rem .9rem;line-height:1.5;overflow-x:auto;white-space:pre-wrap}
pre.drawing{white-space:pre;overflow-wrap:normal;background:var(--card);border:1px solid var(--line);line-height:1.36}
ol.calls{list-style:none;padding-left:0}
ol.calls ol.calls{padding-left:1.1rem;border-left:1px solid var(--line);margin:.25rem 0 .1rem .3rem}
ol.calls>li{padding:.2rem 0}
.calls .pairs{margin-left:1.1rem}
.tree{list-style:none;font-size:.9rem}
.tree li{padding:.08rem 0 .08rem .6rem;border-left:1px solid var(--line)}
.d1{margin-left:1rem}.d2{margin-left:2rem}.d3{margin-left:3rem}.d4{margin-left:4rem}.d5{margin-left:5rem}
.d6{margin-left:6rem}.d7{margin-left:7rem}.d8{margin-left:8rem}.d9{margin-left:9rem}
.k-moved,.k-clash,.k-gone{color:var(--bad);background:var(--bad-bg);font-weight:700}
.k-clash{color:var(--bad-bg);background:var(--bad)}.k-gone{text-decoration:line-through}
.k-new{color:var(--ok);background:var(--ok-bg);font-weight:700}.k-alike{color:var(--ask);background:var(--ask-bg)}
.k-gap,.k-head{color:var(--soft)}.k-title{font-weight:700}
.after{margin-top:.8rem}
.inside{list-style:none;padding-left:1.1rem}
.plain{list-style:none;font-size:.93rem}
footer{margin-top:2.2rem;border-top:1px solid var(--line);padding-top:.6rem}
"""

NARROW: Final = """
@media (max-width:900px){.two{grid-template-columns:minmax(0,1fr)}.page{padding:1rem}
.time svg{display:none}.time ol{position:static;width:auto;height:auto;clip-path:none;list-style:none}
.time li{display:grid;grid-template-columns:13rem 1fr;gap:.8rem;padding:.12rem 0;border-bottom:1px solid var(--line)}
.d4,.d5,.d6,.d7,.d8,.d9{margin-left:3.5rem}table{min-width:50rem}td:first-child{min-width:8rem}}
@media (max-width:480px){.hash code{font-size:.92rem}.verdict{grid-template-columns:minmax(0,1fr)}
.pairs{grid-template-columns:minmax(0,1fr)}.pairs dt{padding-top:.2rem}}
@media screen and (max-width:960px){.wide .below{display:block}.wide .ruler{display:inline}
.wide .ruler span{display:none}.wide .side{padding-left:10ch}
.wide .cells::before{content:"     after";color:var(--soft)}}
@media screen and (max-width:720px){.below{display:block}.ruler{display:inline}.ruler span{display:none}
.side{padding-left:10ch}
.cells::before{content:"     after";color:var(--soft)}.words{white-space:pre-wrap}}
@media screen and (max-width:480px){pre.drawing{padding:.6rem .2rem;font-size:.72rem}}
@media print{html{font-size:12px}.page{max-width:none;padding:0}.skip,.jump{display:none}
section,.change,.hash,tr,li{break-inside:avoid}main>section{break-inside:auto}
.two{grid-template-columns:minmax(0,1fr) minmax(0,29rem)}
.verdict,.hashes,pre{border:1px solid currentColor}.verdict{border-left-width:5px}
details::details-content{content-visibility:visible;block-size:auto;display:block}summary{list-style:none}
table,td:first-child{min-width:0}}
"""

STYLE: Final = COLOURS + TYPE + FIRST_SCREEN + BELOW + NARROW
