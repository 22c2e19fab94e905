"""The part of the page that decides: verdict, what changes, hashes to compare, timeline."""

from typing import Final

FIRST_SCREEN: Final = """
{%- from 'pieces' import hash, place -%}
<div class="mast"><span>{% if project %}<bdi>{{ brief(project) }}</bdi> · {% endif %}upgrade report</span>
<span>chain {{ plan.state.chain_id }} (<bdi>{{ brief(plan.network) }}</bdi>), block {{ plan.state.block }}</span></div>
<div class="title"><h1><bdi>{{ brief(plan.name) }}</bdi></h1><p><bdi>{{ plan.summary }}</bdi></p></div>

<section class="verdict {{ headline.verdict.value }}" aria-label="Verdict">
<strong><span aria-hidden="true">{{ headline.sign }}</span> {{ headline.word }}</strong>
<p>{{ headline.why }}</p>
{% for finding in headline.blockers %}
<p class="reason"><code>{{ brief(finding.code) }}</code> <bdi>{{ brief(finding.subject) }}</bdi>:
<bdi>{{ finding.message }}</bdi></p>
{% endfor %}
<ul>{% for fact in headline.facts %}<li>{{ brief(fact) }}</li>{% endfor %}</ul>
</section>

<div class="two">
<section aria-labelledby="what"><h2 id="what">What changes</h2>
{% for change in changes.shown %}
<div class="change"><h3><bdi>{{ brief(change.contract) }}</bdi>
<small>{{ change.kind }}{% if change.role %}, <bdi>{{ brief(change.role) }}</bdi>{% endif %}</small></h3>
<dl class="pairs">
<dt>proxy</dt><dd><code>{{ change.proxy }}</code></dd>
<dt>from</dt><dd><code>{{ change.before }}</code></dd>
<dt>to</dt><dd><code>{{ change.after }}</code></dd>
{% if change.origin %}<dt>source</dt><dd><bdi>{{ brief(change.origin) }}</bdi></dd>{% endif %}
{% if change.path %}<dt>calls</dt><dd>{% for one in change.path %}
{%- if not loop.first %} → {% endif %}<bdi>{{ brief(one) }}</bdi>{% endfor %}</dd>{% endif %}
<dt>runs</dt><dd>{% if change.call %}<code>{{ words(change.call) }}</code>
{%- elif change.call_data %}<code>{{ bytes_words(change.call_data) }}</code>, <span class="ask">not decoded</span>
{%- else %}nothing else{% endif %}</dd>
{% if change.writes %}<dt>writes</dt><dd>{% for one in change.writes[:3] %}
{%- if not loop.first %}, {% endif %}<code>{{ brief(one) }}</code>{% endfor %}
{%- if change.writes|length > 3 %} <a href="#state">and {{ change.writes|length - 3 }} more</a>{% endif %}
</dd>{% endif %}
</dl></div>
{% endfor %}
{% if changes.left %}
<p class="ask">! {{ changes.left }} more contracts change: see “What will be called”.</p>
{% endif %}
<ul class="effects">{% for effect in effects %}<li>{{ effect }}</li>{% endfor %}
{% if regression %}<li><a href="regression.html">In the market</a>: {{ market }}</li>
{% elif simulation %}<li>{{ market }}</li>{% endif %}</ul>
</section>

<section class="hashes" aria-labelledby="compare"><h2 id="compare">Compare on your device</h2>
{% if device_hashes %}<dl>{% for line in device_hashes %}{{ hash(line) }}{% endfor %}</dl>
{% else %}<p class="ask">There is no proposal yet, so there is nothing to sign.</p>{% endif %}
<dl class="pairs">
{% if plan.state.safe %}<dt>Safe</dt><dd><code>{{ plan.state.safe.address }}</code></dd>
<dt>nonce</dt><dd><strong>{{ nonce }}</strong> <span class="soft">on chain</span>
<strong>{{ plan.state.chain_id }}</strong>
<span class="soft">needs {{ plan.state.safe.threshold }} of {{ plan.state.safe.owners|length }} owners</span></dd>
{% else %}<dt>Safe</dt><dd>none takes part</dd><dt>chain</dt><dd>{{ plan.state.chain_id }}</dd>{% endif %}
{% if plan.state.timelock %}<dt>timelock</dt><dd><code>{{ plan.state.timelock.address }}</code></dd>{% endif %}
</dl>
{% if other_hashes %}<dl>{% for line in other_hashes %}{{ hash(line, true) }}{% endfor %}</dl>{% endif %}
</section>
</div>

<section class="time" aria-labelledby="when"><h2 id="when">When <small>{{ schedule }}</small></h2>
<svg viewBox="0 0 1200 74" aria-hidden="true">
{% for part in timeline.parts %}
<line class="{{ part.kind }}" x1="{{ part.begin }}" y1="34" x2="{{ part.end }}" y2="34"/>
<text class="soft" x="{{ part.middle }}" y="26">{{ part.words }}</text>
{% endfor %}
{% for stop in timeline.stops %}<circle cx="{{ stop.x }}" cy="34" r="5"/>
<text class="{{ stop.anchor }}" x="{{ stop.edge }}" y="55">{{ stop.label }}
{%- if stop.note %}<tspan class="soft"> ({{ stop.note }})</tspan>{% endif %}</text>
<text class="soft {{ stop.anchor }}" x="{{ stop.edge }}" y="71">{{ stop.when }}</text>
{% endfor %}
</svg>
<ol>{% for stop in timeline.stops %}<li><span class="soft">{{ stop.when }}</span>
<span>{{ stop.label }}{% if stop.note %} ({{ stop.note }}){% endif %}</span></li>{% endfor %}</ol>
</section>
"""
