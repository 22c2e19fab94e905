"""The market page: verdict and declarations, the grid, each difference with its drawing and script, the words."""

from typing import Final

PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Market regression: {{ plan.name }}</title>
<style>{{ style }}</style>
</head>
<body>
<a class="skip" href="#grid">Skip to the grid</a>
<div class="page">
<header>{% include 'head' %}</header>
<main>
{% include 'declared' %}
{% include 'laws' %}
{% include 'grid' %}
{% include 'differences' %}
{% include 'words' %}
{% include 'compared' %}
</main>
<footer><small>A static page: no scripts, nothing fetched. Plan digest
<code>{{ hexed(plan.digest) }}</code></small></footer>
</div>
</body>
</html>
"""

HEAD: Final = """
<div class="mast"><span>{% if project %}<bdi>{{ brief(project) }}</bdi> · {% endif %}market regression</span>
<span>chain {{ plan.state.chain_id }} (<bdi>{{ brief(plan.network) }}</bdi>)</span></div>
<div class="title"><h1><bdi>{{ brief(plan.name) }}</bdi> in the market</h1>
<p>The old and the new code in the same markets, block by block. <a class="back" href="report.html">The whole
report</a></p></div>
<section class="verdict {{ verdict }}" aria-label="Verdict">
<strong><span aria-hidden="true">{{ sign }}</span> {{ word }}</strong>
<p>{{ sentence }}</p>
<ul>{% for fact in facts %}<li>{{ brief(fact) }}</li>{% endfor %}</ul>
</section>
<nav aria-label="Sections"><ul class="jump">
<li><a href="#declared">Declared</a></li>
{% if regression.broken %}<li><a href="#laws">Laws</a></li>{% endif %}
<li><a href="#grid">Grid</a></li>
{% if causes %}<li><a href="#undeclared">Not declared</a></li>{% endif %}
{% if meant %}<li><a href="#meant">As declared</a></li>{% endif %}
<li><a href="#words">In words</a></li><li><a href="#compared">What was compared</a></li>
</ul></nav>
"""

DECLARED: Final = """
{%- from 'pieces' import left -%}
<section aria-labelledby="declared">
<h2 id="declared">Declared before the run <small>part of the plan's digest</small></h2>
{% if not regression.declared %}
<p>Nothing was declared: every difference counts against the upgrade.</p>
{% else %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="declared"><table>
<thead><tr><th scope="col">what</th><th scope="col">where</th><th scope="col">bound</th>
<th scope="col">largest change measured</th><th scope="col">how it went</th><th scope="col">why</th></tr></thead>
<tbody>
{% for meant in declared.shown %}
<tr class="{{ 'fails' if meant.exceeded else 'said' }}"><td><bdi>{{ meant.contract }}</bdi>
<code>{{ meant.observable }}</code></td>
<td>{% if meant.condition %}<bdi>{{ meant.condition }}</bdi>{% else %}any market{% endif %}</td>
<td>{{ bound(meant) or 'none' }}</td>
<td>
{%- if meant.relative %}{{ percent(meant.relative) }}
{%- elif meant.kept or meant.exceeded %}not measurable: from zero, or no number
{%- else %}&ndash;{% endif %}</td>
<td>
{%- if meant.exceeded %}<span class="bad">✗ {{ digits(meant.exceeded) }} beyond it</span>,
{{ digits(meant.kept) }} within
{%- elif meant.kept %}<span class="ok">✓ seen {{ plural(meant.kept, 'time') }}</span>
{%- elif meant.activation %}<span class="soft">later: <bdi>{{ meant.activation }}</bdi></span>
{%- elif unseen(meant) %}<span class="ask">! did not occur</span>
{%- elif unread(meant) %}<span class="ask">! not compared</span> <small>no word of storage was read</small>
{%- else %}<span class="ok">✓ in a view</span> <small>of the whole report</small>{% endif %}</td>
<td><bdi>{{ meant.why }}</bdi></td></tr>
{% endfor %}
</tbody></table></div>
{{ left(declared, 'declarations', 'evidence/regression.json') }}
{% endif %}
</section>
"""

LAWS: Final = """
{%- from 'pieces' import left -%}
{% if laws.shown %}
<section aria-labelledby="laws">
<h2 id="laws">Broken laws <small>no declaration covers one</small></h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="laws"><table>
<thead><tr><th scope="col">law</th><th scope="col">seen at</th><th scope="col">market</th><th scope="col">times</th>
<th scope="col">on the old code</th><th scope="col">what was found</th></tr></thead>
<tbody>
{% for broken in laws.shown %}
<tr class="fails"><td><span class="bad">✗</span> <bdi>{{ broken.law }}</bdi><br><small>{{ broken.kind }}</small></td>
<td><bdi>{{ broken.contract }}</bdi> <code>{{ broken.observable }}</code></td>
<td><bdi>{{ broken.case }}</bdi></td><td class="num">{{ broken.count }}</td>
<td>{{ 'broken too' if broken.old_too else 'it held' }}</td><td><bdi>{{ say(broken.detail) }}</bdi></td></tr>
{% endfor %}
</tbody></table></div>
{{ left(laws, 'breaches', 'evidence/regression.json') }}
</section>
{% endif %}
"""
