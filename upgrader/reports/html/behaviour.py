"""The part of the page that compares: views with and without the upgrade, probes, layouts, the path and its gas."""

from typing import Final

BEHAVIOUR: Final = """
{%- from 'pieces' import left, place -%}
<section aria-labelledby="behaviour">
<h2 id="behaviour">What changes in behaviour
{%- if simulation %} <small>{{ simulation.views_compared }} views asked with and without the upgrade</small>{% endif %}
</h2>
{% if not simulation %}
<p>Not simulated yet.</p>
{% elif not views.shown %}
<p>{{ 'No view that was compared changed.' if simulation.views_compared else 'No view was compared.' }}</p>
{% else %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="behaviour"><table>
<thead><tr><th scope="col">view</th><th scope="col">without</th><th scope="col">with the upgrade</th>
<th scope="col">declared</th></tr></thead>
<tbody>
{% for view in views.shown %}
<tr class="{{ 'said' if view.declared else 'fails' }}"><td><bdi>{{ view.contract }}</bdi> <code>{{ view.view }}</code>
{% if view.arguments %}<br><small><bdi>{{ view.arguments }}</bdi></small>{% endif %}
</td>
<td><code>{{ view.old }}</code></td><td><code>{{ view.new }}</code></td>
<td>
{%- if view.declared %}<bdi>{{ view.declared }}</bdi>{% else %}<strong class="bad">✗ not declared</strong>{% endif -%}
</td></tr>
{% endfor %}
</tbody></table></div>
{{ left(views, 'views', 'evidence/simulation.json') }}
{% endif %}
</section>

{% if probes.shown %}
<section aria-labelledby="probes">
<h2 id="probes">Probes</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="probes"><table>
<thead><tr><th scope="col">answer</th><th scope="col">probe</th><th scope="col">subject</th>
<th scope="col">what happened</th></tr></thead>
<tbody>
{% for probe in probes.shown %}
<tr class="{{ 'fails' if probe.answer == 'failed' else 'said' }}"><td><span class="nowrap">
{%- if probe.answer == 'held' %}<span class="ok">✓ held</span>
{%- elif probe.answer == 'failed' %}<span class="bad">✗ failed</span>
{%- else %}<span class="ask">? unclear</span>{% endif -%}
</span></td>
<td>{{ probe.name }}</td><td><bdi>{{ probe.contract }}</bdi> <code>{{ probe.subject }}</code></td>
<td><bdi>{{ probe.detail }}</bdi></td></tr>
{% endfor %}
</tbody></table></div>
{{ left(probes, 'probes', 'evidence/simulation.json') }}
</section>
{% endif %}

{% if layouts %}
<section aria-labelledby="layouts">
<h2 id="layouts">Storage layouts, before and after
<small>slots as rows, bytes as columns, the low end on the right; what did not change is folded away</small></h2>
{% for contract, drawing in layouts %}
<h3 class="after"><bdi>{{ contract }}</bdi></h3>
{% set room = 'drawing wide' if wide(drawing.shown) else 'drawing' %}
<pre class="{{ room }}" tabindex="0" role="region" aria-label="layouts of {{ contract }}">
{%- for line in drawing.shown %}
{%- set sides = halves(line[:200]) %}
<span{{ '' if sides[1] else ' class="words"'|safe }}>{% for piece in sides[0] -%}
<span class="k-{{ kind(piece) }}">{{ piece.text }}</span>{% endfor %}{% if not sides[1] +%}
{% endif %}</span>
{%- if sides[1] %}<span class="below {{ below(sides[1]) }}">{% for piece in sides[1] -%}
<span class="k-{{ kind(piece) }}">{{ piece.text }}</span>{% endfor +%}
</span>{% endif %}
{%- endfor %}
</pre>
{{ left(drawing, 'lines', 'build/') }}
{% endfor %}
</section>
{% endif %}

{% if steps.shown %}
<section aria-labelledby="path">
<h2 id="path">Governance path and gas <small>{{ digits(gas) }} gas in all</small></h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="path"><table>
<thead><tr><th scope="col">step</th><th scope="col">what</th><th scope="col">outcome</th><th scope="col">time</th>
<th scope="col" class="num">gas</th></tr></thead>
<tbody>
{% for step in steps.shown %}
<tr class="{{ 'said' if step.succeeded else 'fails' }}"><td><span class="nowrap">{{ step.name }}</span></td>
<td><bdi>{{ step.label }}</bdi><br><small>to {{ place(step.to, names) }}</small></td>
<td>
{%- if step.succeeded %}<span class="ok">✓</span>{% else %}<span class="bad">✗</span>{% endif %} {{ outcome(step) }}
{% if step.detail %}<br><small><bdi>{{ step.detail }}</bdi></small>{% endif %}
{% if step.events %}
<details><summary>{{ plural(step.events|length, 'event') }}</summary>
<ul class="plain">
{% for event in step.events[:40] %}<li><code>{{ event.text }}</code></li>{% endfor %}
</ul></details>
{% endif %}
</td>
<td><span class="nowrap">{{ moment(step.timestamp) }}</span></td><td class="num">{{ digits(step.gas_used) }}</td></tr>
{% endfor %}
</tbody></table></div>
{{ left(steps, 'steps', 'evidence/simulation.json') }}
</section>
{% endif %}
"""
