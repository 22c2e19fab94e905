"""The part of the market page that shows the grid: markets as rows, observables as columns."""

from typing import Final

GRID: Final = """
{%- from 'market_pieces' import cell -%}
<section aria-labelledby="grid">
<h2 id="grid">Markets by observables <small>{{ digits(grid.cells) }} comparisons</small></h2>
{% if grid.rows %}
<ul class="key"><li><span class="m undeclared">✗</span> differs, not declared</li>
<li><span class="m declared">D</span> differs as declared</li><li><span class="m same">·</span> same</li>
<li><span class="m none">&ndash;</span> not compared there</li>
{% if grid.laws %}<li><span class="m law">n</span> laws broken</li>{% endif %}</ul>
<div class="box" tabindex="0" role="region" aria-labelledby="grid"><table class="grid">
<thead><tr><th class="corner" scope="col" rowspan="2">market</th>
{% if grid.laws %}<th class="group"></th>{% endif %}
{% for contract, count in grid.contracts %}
<th class="group" scope="colgroup" colspan="{{ count }}"><bdi>{{ brief(contract) }}</bdi></th>{% endfor %}</tr>
<tr class="names">{% if grid.laws %}<th scope="col"><span class="v">laws</span></th>{% endif %}
{% for column in columns %}<th scope="col"><span class="v"><bdi>{{ brief(column.label) }}</bdi></span></th>{% endfor %}
</tr></thead>
<tbody>
{% for row in grid.rows %}
<tr><th class="case" scope="row"><bdi>{{ brief(row.cases[0]) }}</bdi>
{% if row.cases|length > 1 %} and {{ row.cases|length - 1 }} more{% endif %}
{% set about = abouts.get(row.cases[0].split('/')[0], '') %}
{% if row.cases|length > 1 %}<details><summary>which</summary>
<small>{% for case in row.cases[1:] %}<bdi>{{ brief(case) }}</bdi>{{ '' if loop.last else ', ' }}{% endfor %}</small>
</details>
{% elif about %}<small>{{ about }}</small>{% endif %}</th>
{% if grid.laws %}<td class="group">{% if row.laws %}
<a class="m law" href="#laws" aria-label="{{ plural(row.laws, 'law') }} broken">{{ row.laws }}</a>
{% else %}<span class="m same" aria-label="laws held">·</span>{% endif %}</td>{% endif %}
{% for mark in row.marks %}<td{% if columns[loop.index0].begins %} class="group"{% endif %}>
{{- cell(mark, columns[loop.index0].target) }}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table></div>
{% if grid.left[0] or grid.left[1] %}
<p class="ask">! {{ plural(grid.left[0], 'more column') }} and {{ plural(grid.left[1], 'more row') }}
are in evidence/regression.json.</p>{% endif %}
{% else %}
<p><span class="ok">✓</span> Everything that was compared was the same in every market.</p>
{% endif %}
{% if grid.same_cases %}
<details><summary>{{ plural(grid.same_cases|length, 'market') }} in which nothing differed</summary>
<ul class="plain">{% for case in grid.same_cases[:400] %}<li><bdi>{{ brief(case) }}</bdi></li>{% endfor %}</ul>
</details>
{% endif %}
{% if same_columns %}
<details><summary>{{ plural(same_count, 'observable') }} the same wherever compared</summary>
<ul class="plain">{% for contract, observables in same_columns %}<li><bdi>{{ brief(contract) }}</bdi>:
{% for observable, count in observables[:400] %}<code>{{ observable }}</code>
<small>in {{ plural(count, 'case') }}</small>{{ '' if loop.last else ', ' }}{% endfor %}</li>
{% endfor %}</ul></details>
{% endif %}
</section>
"""
