"""The part of the page that lets a reader start over: authority, code, raw data, commands."""

from typing import Final

ORIGIN: Final = """
{%- from 'pieces' import left -%}
<section aria-labelledby="authority">
<h2 id="authority">Who can upgrade</h2>
<ul class="plain">
{% for line in authority %}<li><bdi>{{ line }}</bdi></li>
{% endfor %}
{% if plan.state.timelock %}
<li>timelock <code>{{ plan.state.timelock.address }}</code>: waits at least {{ span(plan.state.timelock.min_delay) }};
{{ 'anybody' if plan.state.timelock.open_executor else 'only an executor' }} can execute a ready operation</li>
{% endif %}
{% if plan.state.safe %}
<li>Safe <code>{{ plan.state.safe.address }}</code>, version {{ plan.state.safe.version }}:
{{ plan.state.safe.threshold }} of {{ plan.state.safe.owners|length }} owners
<ul class="inside">{% for owner in plan.state.safe.owners[:50] %}<li><code>{{ owner }}</code></li>{% endfor %}</ul></li>
{% endif %}
</ul>
</section>

<section aria-labelledby="code">
<h2 id="code">New code, to verify</h2>
<dl class="pairs">
{% for change in changes.shown %}
<dt><bdi>{{ change.contract }}</bdi></dt><dd><code>{{ change.after }}</code>
{% if change.origin %}<small>from <bdi>{{ change.origin }}</bdi></small>{% endif %}</dd>
<dt>code hash</dt><dd><code>{{ hexed(change.after_code_hash) }}</code></dd>
{% endfor %}
{% if plan.commit %}<dt>git commit</dt><dd><code>{{ plan.commit }}</code></dd>{% endif %}
{% for line in sources %}<dt>source</dt><dd><bdi>{{ line }}</bdi></dd>
{% endfor %}
</dl>
<p class="soft"><small>The code hash is the keccak-256 of the runtime code with immutables and library addresses
zeroed.</small></p>
</section>

<section aria-labelledby="raw">
<h2 id="raw">Raw data</h2>
{% for one in plan_calls.shown %}
<details><summary>calldata {{ loop.index }} for {{ one.to }}, {{ one.data|length }} bytes</summary>
<pre>{{ long(hexed(one.data)) }}</pre></details>
{% endfor %}
{{ left(plan_calls, 'calls', 'plan.json') }}
<details><summary>plan.json</summary>
<pre>{{ plan_text }}</pre></details>
</section>

<section aria-labelledby="again">
<h2 id="again">Compute it again</h2>
<p class="soft">Do not trust this page alone: these commands read the sources and the chain anew, and must come to the
same hashes.</p>
<pre>{% for command in commands %}
{{ command }}
{% endfor %}</pre>
</section>
"""
