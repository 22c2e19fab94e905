"""Jinja macros of the market page: the drawing, the steps of a script, the cell of the grid."""

from typing import Final

PIECES: Final = """
{%- from 'pieces' import place -%}
{%- macro chart(drawn, id, title, words) -%}
<svg class="chart" viewBox="0 0 620 {{ drawn.height }}" role="img" aria-labelledby="{{ id }}t {{ id }}d">
<title id="{{ id }}t">{{ title }}</title><desc id="{{ id }}d">{{ words }}</desc>
{% for panel in drawn.panels %}
<text class="t" x="0" y="{{ panel.top - 7 }}">{{ brief(panel.title) }}</text>
{% for tick in panel.ticks %}
<line class="rule" x1="86" y1="{{ tick.at }}" x2="576" y2="{{ tick.at }}"/>
<text class="y" x="80" y="{{ tick.at }}" dy="4">{{ tick.words }}</text>
{% endfor %}
{% if panel.bars %}<path class="bars" d="{{ panel.bars }}" stroke-width="{{ drawn.thick }}"/>{% endif %}
{% for line in panel.lines %}
{% for run in line.runs %}<polyline class="{{ line.kind }}" points="{{ run }}"/>{% endfor %}
{% for dot in line.dots %}<circle class="{{ line.kind }}" cx="{{ dot[0] }}" cy="{{ dot[1] }}" r="3.5"/>{% endfor %}
{% if line.label %}
<text class="{{ line.kind }}" x="581" y="{{ line.label_at }}" dy="4">{{ line.label }}</text>
{% endif %}
{% endfor %}
{% endfor %}
{% if drawn.marked %}
<line class="mark" x1="{{ drawn.marked }}" y1="16" x2="{{ drawn.marked }}" y2="{{ drawn.height - 24 }}"/>
{% endif %}
{% for stop in drawn.stops %}
<text class="{{ stop.anchor or 'mid' }}" x="{{ stop.at }}" y="{{ drawn.height - 8 }}">{{ stop.words }}</text>
{% endfor %}
</svg>
{%- endmacro -%}

{%- macro plotted(kind, id) -%}
{%- set plot = kind.plot -%}
<figure><figcaption><bdi>{{ say(plot.label) }}</bdi> in <bdi>{{ plot.scenario }}</bdi>
{%- if largest(plot) %}; largest change <b>{{ largest(plot)[0] }} → {{ largest(plot)[1] }}</b> ({{ largest(plot)[2] }}),
{{ span(plot.times[plot.widest]) }} after the upgrade
{%- if plot.largest and plot.aspect != 'gas' %}, <bdi>{{ say(plot.largest) }}</bdi>{% endif %}{% endif -%}
</figcaption>
{{ chart(drawing(plot), id, plot.scale.name ~ ', ' ~ plot.case, described(plot)) }}</figure>
{%- endmacro -%}

{%- macro steps(told) -%}
<ol class="steps">
{% if told.left %}<li class="soft">{{ plural(told.left, 'step') }} before these: only in the file</li>{% endif %}
{% for step in told.steps %}
<li{% if step.kind == 'upgrade' %} class="up"{% endif %}>
{%- if step.after %}<span class="wait">{{ span(step.after) }} later</span>{% endif -%}
{% if step.kind == 'upgrade' or step.kind == 'put' %}{{ step.label }}
{%- if step.contract %} <bdi>{{ step.contract }}</bdi>{% endif %}
{% else %}
{% if step.kind == 'ask' %}anyone asks{% else %}<b><bdi>{{ say(step.who) }}</bdi></b> calls{% endif %}
 <bdi>{{ step.contract }}</bdi>.<code>{{ say(step.call) }}</code>
{%- if step.value %} with {{ say(step.value) }} wei{% endif %}
{% if step.old == step.new %}
{% if step.old.startswith('reverts') %}
<span class="out soft">both codes: {{ outcome(step, step.old) }}</span>
{% endif %}
{% else %}
<span class="out">old code: <code>{{ outcome(step, step.old, step.new) }}</code></span>
<span class="out">new code: <code>{{ outcome(step, step.new, step.old) }}</code></span>
{% endif %}
{% endif %}</li>
{% endfor %}
</ol>
{%- endmacro -%}

{%- macro within(file) -%}
{% for run in inside(file) %}
<details><summary>From within, on the {{ run.branch }} code: calls, and what became of every word</summary>
{% for act in run.acts[:12] %}
<p class="label"><bdi>{{ say(act.label) }}</bdi>{% if not act.succeeded %}
<strong class="bad">✗ reverted</strong>{% endif %}</p>
{% if act.changes %}
<div class="scroll" tabindex="0" role="region" aria-label="storage"><table>
<thead><tr><th scope="col">contract</th><th scope="col">variable</th>
<th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>
{% for change in act.changes[:40] %}
{% for variable in change.variables[:16] %}
<tr><td><bdi>{{ change.contract }}</bdi></td><td><code>{{ say(variable.name) }}</code></td>
<td><code>{{ shorten(variable.before) }}</code></td><td><code>{{ shorten(variable.after) }}</code></td></tr>
{% else %}
<tr><td><bdi>{{ change.contract }}</bdi></td><td><code>slot {{ change.slot }}</code></td>
<td><code>{{ change.before }}</code></td><td><code>{{ change.after }}</code></td></tr>
{% endfor %}
{% endfor %}</tbody></table></div>
{% if act.changes|length > 40 %}<p class="soft">{{ plural(act.changes|length - 40, 'more word') }}:
see evidence/regression.json.</p>{% endif %}
{% else %}<p class="soft">It changed no storage.</p>{% endif %}
<ol class="tree">
{% for node in act.tree[:60] %}
<li class="d{{ [node.depth, 9]|min }}"><span class="soft">{{ node.kind }}</span> <code>{{ say(node.label) }}</code>
<span class="soft">on</span> {{ place(node.to, places) }}
{%- if node.failed %} <strong class="bad">✗ reverted</strong>{% endif %}</li>
{% endfor %}</ol>
{% if act.tree|length > 60 %}<p class="soft">{{ plural(act.tree|length - 60, 'more frame') }}:
see evidence/regression.json.</p>{% endif %}
{% endfor %}
{% if run.acts|length > 12 %}<p class="soft">{{ plural(run.acts|length - 12, 'more transaction') }}:
see evidence/regression.json.</p>{% endif %}
</details>
{% endfor %}
{%- endmacro -%}

{%- macro cell(mark, target) -%}
{%- if mark == 'undeclared' -%}
<a class="m undeclared" href="#{{ target }}" aria-label="differs, not declared">✗</a>
{%- elif mark == 'declared' -%}
<a class="m declared" href="#{{ target }}" aria-label="differs as declared">D</a>
{%- elif mark == 'same' -%}<span class="m same" aria-label="same">·</span>
{%- else -%}<span class="m none" aria-label="not compared">&ndash;</span>{%- endif -%}
{%- endmacro -%}
"""
