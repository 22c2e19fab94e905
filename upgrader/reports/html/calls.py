"""The part of the page that shows what runs: the decoded calls, the simulated call tree, and the storage it wrote."""

from typing import Final

CALLS: Final = """
{%- from 'pieces' import call, left, place -%}
<section aria-labelledby="calls">
<h2 id="calls">What will be called</h2>
{% if kept %}
<ul class="plain">
{% for one in kept %}
<li>{% if one.holds %}<span class="ok">✓</span>{% else %}<strong class="bad">✗</strong>{% endif %} {{ one.words }}</li>
{% endfor %}
</ul>
{% endif %}
<ol class="calls">
{% for line in calls %}{{ call(line) }}
{% else %}
{% for one in plan_calls.shown %}<li>{{ one.label }}</li>
{% endfor %}
{% endfor %}
</ol>
{{ left(plan_calls, 'calls', 'plan.json') }}
{% if tree.shown %}
<details><summary>Call tree of the simulated execution, {{ plural(tree.shown|length + tree.left, 'frame') }}</summary>
<ol class="tree">
{% for node in tree.shown %}
<li class="d{{ [node.depth, 9]|min }}">
<span class="soft">{{ node.kind }}</span> <code>{{ node.label }}</code>
<span class="soft">on</span> {{ place(node.to, names) }}
{%- if node.value not in ('0', '') %} with {{ node.value }} wei{% endif %}
{%- if node.failed %} <strong class="bad">✗ reverted</strong>{% endif %}
</li>
{% endfor %}
</ol>{{ left(tree, 'frames', 'evidence/simulation.json') }}</details>
{% endif %}
</section>

<section aria-labelledby="state">
<h2 id="state">What changes in storage</h2>
{% if not simulation %}
<p>Not simulated yet.</p>
{% elif not state.shown %}
<p>The execution changed no storage.</p>
{% else %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="state"><table>
<thead><tr><th scope="col">contract</th><th scope="col">variable</th><th scope="col">slot</th>
<th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>
{% for change in state.shown %}
{% for variable in change.variables[:16] %}
<tr><td><bdi>{{ change.contract }}</bdi></td>
<td><code>{{ variable.name }}</code> <small><bdi>{{ variable.type }}</bdi></small></td>
<td><code>{{ short(change.slot) }}</code></td>
<td><code>{{ variable.before }}</code></td><td><code>{{ variable.after }}</code></td></tr>
{% else %}
<tr class="fails"><td><bdi>{{ change.contract }}</bdi></td><td><strong class="bad nowrap">✗ unexplained</strong></td>
<td><code>{{ change.slot }}</code></td>
<td><code>{{ change.before }}</code></td><td><code>{{ change.after }}</code></td></tr>
{% endfor %}
{% endfor %}
</tbody></table></div>
{{ left(state, 'changed words', 'evidence/simulation.json') }}
{% endif %}
</section>
"""
