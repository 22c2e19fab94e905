"""What the market page adds to the report's style sheet."""

from typing import Final

from upgrader.reports.html.style import STYLE

_COLOURS: Final = """
:root{--new:#1f5fa8;--old:#6b675f}
@media (prefers-color-scheme:dark){:root{--new:#7db4f0;--old:#a5a199}}
@media print{:root{--new:#1f5fa8;--old:#444}}
"""

_GRID: Final = """
.back{font-size:.93rem}
.key{display:flex;flex-wrap:wrap;gap:.25rem 1.3rem;list-style:none;font-size:.87rem;color:var(--soft);margin:0 0 .5rem}
.box{overflow:auto;max-height:42rem;border:1px solid var(--line);border-radius:3px;background:var(--card)}
.grid{width:auto;min-width:0;border-collapse:separate;border-spacing:0;font-size:.84rem}
.grid th,.grid td{padding:.22rem .3rem;border-bottom:1px solid var(--line)}
.grid thead th{position:sticky;top:0;z-index:2;background:var(--card);border-bottom:0;vertical-align:bottom;
text-align:left;height:1.7rem;white-space:nowrap}
.grid thead .names th{top:1.7rem;height:auto;border-bottom:1px solid var(--ink);text-align:center;padding-top:.4rem}
.grid thead .group{border-left:1px solid var(--line);color:var(--ink)}
.grid .v{writing-mode:vertical-rl;transform:rotate(180deg);display:inline-block;max-height:13rem;white-space:nowrap;
overflow:hidden;text-overflow:ellipsis;line-height:1.15;color:var(--ink)}
.grid th.case,.grid thead .corner{position:sticky;left:0;z-index:1;background:var(--card);text-align:left;
padding-left:.6rem;border-right:1px solid var(--line);min-width:13rem;max-width:19rem}
.grid thead .corner{z-index:3}
.grid th.case{font-size:.87rem;color:var(--ink);vertical-align:middle;white-space:normal}
.grid th.case small{display:block;line-height:1.25}
.grid td{text-align:center;min-width:1.9rem;vertical-align:middle}
.grid td.group{border-left:1px solid var(--line)}
.m{display:inline-block;text-align:center;min-width:1.35rem;line-height:1.3rem;border-radius:3px;font-weight:700;
text-decoration:none}
.m.same{color:var(--soft);font-weight:400}
.m.declared{color:var(--ask);box-shadow:inset 0 0 0 1.5px var(--ask);background:var(--ask-bg)}
.m.undeclared{color:var(--card);background:var(--bad)}
.m.law{color:var(--bad);box-shadow:inset 0 0 0 1.5px var(--bad);border-radius:50%}
.m.none{color:var(--line)}
"""

_DIFFERENCES: Final = """
.cause{border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:3px;background:var(--card);
padding:.8rem 1rem .9rem;margin:0 0 1rem}
.cause.meant{border-left-color:var(--ask)}
.cause h3{overflow-wrap:anywhere}
.cause h3 code{font-weight:600}
.cause>p{font-size:.93rem}
main p,main li{overflow-wrap:anywhere}
.side{display:grid;grid-template-columns:minmax(0,38.75rem) minmax(0,1fr);gap:.6rem 1.6rem;align-items:start;
margin-top:.5rem}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:.9rem 1.6rem;
margin-top:.6rem}
figure{min-width:0}
figcaption{font-size:.87rem;color:var(--soft);overflow-wrap:anywhere;padding-bottom:.15rem}
figcaption strong,figcaption b{color:var(--ink)}
.chart{display:block;width:100%;max-width:38.75rem;height:auto}
.chart text{fill:var(--soft);font-size:11px;font-family:Inter,"Segoe UI",-apple-system,"Helvetica Neue",
"Liberation Sans","DejaVu Sans Condensed",sans-serif}
.chart .t{fill:var(--ink);font-size:12px}
.chart .first{text-anchor:start}.chart .last{text-anchor:end}.chart .mid{text-anchor:middle}
.chart .y{text-anchor:end}
.chart .rule{stroke:var(--line);stroke-width:1}
.chart .mark{stroke:var(--ask);stroke-width:1;stroke-dasharray:2 3}
.chart polyline{fill:none;stroke-width:2;stroke-linejoin:round}
.chart .new{stroke:var(--new)}.chart text.new{stroke:none;fill:var(--new);font-weight:700}
.chart .old{stroke:var(--old);stroke-dasharray:5 3}.chart text.old{stroke:none;fill:var(--old);font-weight:700}
.chart .market{stroke:var(--soft);stroke-width:1.5}
.chart circle.new{fill:var(--new)}.chart circle.old{fill:none;stroke-width:1.5;stroke-dasharray:none}
.chart circle.market{fill:var(--soft)}
.chart .bars{stroke:var(--ask);fill:none}
.steps{list-style:none;font-size:.9rem;border-left:2px solid var(--line);padding-left:.9rem}
.steps li{padding:.22rem 0;overflow-wrap:anywhere}
.steps .wait{display:block;font-weight:400;color:var(--soft);font-size:.82rem}
.steps .out{display:block;padding-left:1rem;font-size:.93em}
.steps li.up{color:var(--ask);font-weight:600}
.change-words{padding-left:1.1rem;font-size:.93rem}
.change-words li{overflow-wrap:anywhere;padding:.1rem 0}
.subject h3{margin-top:.7rem}
"""

_NARROW: Final = """
@media (max-width:900px){.side{grid-template-columns:minmax(0,1fr)}.grid{min-width:0}
.grid th.case,.grid thead .corner{min-width:8.5rem;max-width:11rem}.grid th.case small{display:none}}
@media print{.box{max-height:none;overflow:visible;border:0}.grid thead th,.grid th.case{position:static}
.m.undeclared{color:#fff;background:#9c231b;-webkit-print-color-adjust:exact;print-color-adjust:exact}
.cause,figure{break-inside:avoid}}
"""

MARKET_STYLE: Final = STYLE + _COLOURS + _GRID + _DIFFERENCES + _NARROW
