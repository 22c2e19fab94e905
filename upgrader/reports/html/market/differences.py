"""The parts of the market page below the grid: each difference, the words of the notices, and what was compared."""

from typing import Final

DIFFERENCES: Final = """
{%- from 'market_pieces' import plotted, steps, within with context -%}
{%- macro cases(kind) -%}
{% if kind.shown|length > 1 %}
<details><summary>{{ plural(kind.shown|length, 'case') }}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="cases of {{ brief(kind.name) }}"><table>
<thead><tr><th scope="col">market</th><th scope="col">times</th><th scope="col">largest change</th>
<th scope="col">first seen: old</th><th scope="col">new</th></tr></thead>
<tbody>{% for shown in kind.shown[:100] %}
<tr><td><bdi>{{ shown.case }}</bdi></td><td>{{ digits(shown.count) }}</td>
<td>{{ percent(shown.relative) or 'no measure' }}</td>
<td><code>{{ shorten(value(kind, shown.old, shown.new)) }}</code></td>
<td><code>{{ shorten(value(kind, shown.new, shown.old)) }}</code></td></tr>
{% endfor %}</tbody></table></div></details>
{% endif %}
{%- endmacro -%}
{%- macro example(kind) -%}
<p>In <bdi>{{ kind.worst.case }}</bdi>: <code>{{ shorten(value(kind, kind.worst.old, kind.worst.new)) }}</code> →
<code>{{ shorten(value(kind, kind.worst.new, kind.worst.old)) }}</code></p>
{%- endmacro -%}
{% if causes %}
<section aria-labelledby="undeclared">
<h2 id="undeclared">Not declared
<small>each with the smallest script that shows it, and what follows from it</small></h2>
{% for item in causes %}
{% set kind = item.cause.first %}
<article class="cause" id="{{ item.id }}">
<h3><span class="bad">✗</span> <bdi>{{ kind.contract }}</bdi>.<code>{{ kind.observable }}</code></h3>
<p>{{ does(kind) }}</p>
<div class="side">
<div>{% if kind.plot %}{{ plotted(kind, item.id) }}{% else %}{{ example(kind) }}{% endif %}{{ cases(kind) }}</div>
{% if kind.told %}
<div><p class="label">The smallest script</p>
{{ steps(kind.told) }}
<p><small>File <code>{{ folder }}{{ kind.told.file }}</code>, in <bdi>{{ kind.told.case }}</bdi>.
{% if command(kind.told.file) %}Run it alone: <code>{{ command(kind.told.file) }}</code>{% endif %}</small></p></div>
{% elif kind.script %}<p class="soft">Shown by <code>{{ folder }}{{ kind.script }}</code>.</p>
{% else %}<p class="soft">No script was made of it: the regression names the cases above.</p>{% endif %}
</div>
{{ within(kind.script) }}
{% if item.following %}
<p class="label after">What follows from it in the same scripts</p>
<ul class="change-words">
{% for follow in item.following %}
<li id="{{ follow.id }}"><bdi>{{ follow.kind.contract }}</bdi>.<code>{{ follow.kind.observable }}</code>
{{ does(follow.kind) }}</li>
{% endfor %}</ul>
<div class="plots">{% for follow in item.following if follow.kind.plot %}{{ plotted(follow.kind, follow.id) }}
{% endfor %}</div>
{% endif %}
</article>
{% endfor %}
{% if causes_left %}
<p class="ask">! {{ plural(causes_left, 'more script') }} with differences: see evidence/regression.json.</p>
{% endif %}
</section>
{% endif %}
{% if meant %}
<section aria-labelledby="meant">
<h2 id="meant">As declared <small>how large it really was</small></h2>
{% for item in meant %}
<article class="cause meant" id="{{ item.id }}">
<h3><span class="ask">D</span> <bdi>{{ item.kind.contract }}</bdi>.<code>{{ item.kind.observable }}</code></h3>
<p>{{ does(item.kind) }} <strong>Why:</strong> <bdi>{{ item.kind.declared }}</bdi></p>
{% if item.kind.plot %}<div class="side"><div>{{ plotted(item.kind, item.id) }}</div>
<div>{{ cases(item.kind) }}</div></div>
{% else %}{{ example(item.kind) }}{{ cases(item.kind) }}{% endif %}
</article>
{% endfor %}
</section>
{% endif %}
"""

WORDS: Final = """
<section aria-labelledby="words" class="subject">
<h2 id="words">In words <small>as the notices to traders, institutions and regulators say it</small></h2>
{% for subject in subjects %}
<h3>{{ subject.title }}</h3>
<p>{{ subject.summary }}</p>
{% if subject.changes %}
<ul class="change-words">{% for line in subject.changes %}<li>{{ say(line) }}</li>{% endfor %}</ul>
{% endif %}
{% endfor %}
</section>
"""

COMPARED: Final = """
{%- from 'pieces' import left -%}
<section aria-labelledby="compared">
<h2 id="compared">What was compared</h2>
<p class="soft">Every transaction: whether it goes through, what it returns or why it reverts, its events, more than a
tenth more gas. Every view: its answer. Watched storage at the end of each script.</p>
{% if regression.parts %}
<div class="scroll" tabindex="0" role="region" aria-label="runs"><table>
<thead><tr><th scope="col">run</th><th scope="col" class="num">scenarios</th>
<th scope="col" class="num">transactions</th>
<th scope="col" class="num">views</th></tr></thead><tbody>
{% for part in regression.parts %}
<tr><td><bdi>{{ part.title }}</bdi></td><td class="num">{{ digits(part.scenarios) }}</td>
<td class="num">{{ digits(part.acts) }}</td><td class="num">{{ digits(part.answers) }}</td></tr>
{% endfor %}</tbody></table></div>
{% endif %}
{% set replay = regression.replay %}
{% if replay %}
<p>Real traffic: {{ plural(replay.transactions, 'past transaction') }} of the managed contracts re-executed
{%- if replay.transactions %}, blocks {{ replay.first }} to {{ replay.last }}{% endif %}
{%- if replay.unproved %}; <span class="ask">{{ replay.unproved|length }} more did not end as their
receipts say, and say nothing</span>{% endif %}.</p>
{% for omitted in replay.omitted[:40] %}<p class="soft">· {{ omitted }}</p>{% endfor %}
{% endif %}
{% for sure in regression.assurance[:40] %}
<p class="soft">{{ sure.engine }}, rules of {{ sure.hardfork }} (the chain runs {{ sure.chain_hardfork }}):
{{ plural(sure.watched, 'word') }} of storage watched, {{ sure.traced }} of {{ plural(sure.scripts, 'script') }} traced
{%- if not sure.complete %}, <strong class="ask">not every written word is watched</strong>{% endif %}
{%- for again in sure.replayed[:12] %}; {{ again.way }}, {{ again.branch }} code:
{% if again.disagreed %}<strong class="bad">{{ again.disagreed }} of {{ again.compared }} not alike, first
<bdi>{{ again.first }}</bdi></strong>{% else %}{{ again.compared }} results alike{% endif %}{% endfor %}.</p>
{% endfor %}
{% for omitted in regression.unseen[:40] %}
<p class="{{ 'ask' if omitted.chosen else 'soft' }}">{{ '!' if omitted.chosen else '·' }} {{ omitted.what }}</p>
{% endfor %}
<details><summary>Market by market</summary>
<div class="scroll" tabindex="0" role="region" aria-label="markets"><table>
<thead><tr><th scope="col">market</th><th scope="col">about</th><th scope="col" class="num">transactions</th>
<th scope="col" class="num">views</th><th scope="col" class="num">laws</th></tr></thead><tbody>
{% for row in compared.shown %}
<tr><td><bdi>{{ row.case }}</bdi></td><td>{{ abouts.get(row.case.split('/')[0], '') }}</td>
<td class="num">{{ digits(row.acts) }}</td><td class="num">{{ digits(row.answers) }}</td>
<td class="num">{{ digits(row.laws) }}</td></tr>
{% endfor %}</tbody></table></div>
{{ left(compared, 'markets', 'evidence/regression.json') }}</details>
</section>
"""
