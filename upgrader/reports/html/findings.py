"""The part of the page that judges: findings with their evidence, waivers with their reasons, declared differences."""

from typing import Final

FINDINGS: Final = """
{%- from 'pieces' import left -%}
<section aria-labelledby="findings">
<h2 id="findings">Findings <small>{{ counts }}</small></h2>
{% if findings.shown %}
<div class="scroll" tabindex="0" role="region" aria-labelledby="findings"><table>
<thead><tr><th scope="col">weight</th><th scope="col">what</th><th scope="col">why, and what to do</th></tr></thead>
<tbody>
{% for finding in findings.shown %}
{% set waived = is_waived(finding) %}
<tr class="{{ 'fails' if finding.blocks else 'waived' if waived else 'said' }}">
<td>
{%- if waived %}<span class="badge ask">waived</span><br>
<small>was {{ finding.evidence.get('waived severity', 'unknown') }}</small>
{%- elif finding.blocks %}<span class="badge bad">✗ {{ 'blocks' if finding.judged else 'cannot tell' }}</span>
{%- elif finding.severity.value == 'WARNING' %}<span class="badge ask">! warning</span>
{%- else %}<span class="badge soft">· note</span>
{%- endif %}</td>
<td><code>{{ finding.code }}</code><br><bdi>{{ finding.subject }}</bdi></td>
<td><bdi>{{ sentence(finding.message) }}</bdi>
{% if waived %}
<br><strong>Reason:</strong> <bdi>{{ finding.evidence['waived'] }}</bdi>
<small>says <bdi>{{ finding.evidence.get('waived by', 'nobody') }}</bdi></small>
{% elif finding.severity.value != 'NOTE' %}
<br><span class="soft">Do:</span> <bdi>{{ sentence(finding.remedy) }}</bdi>
{% endif %}
{% set facts = evidence(finding) %}
{% if facts %}
<details><summary>evidence</summary><dl class="pairs">
{% for name, value in facts %}<dt>{{ name }}</dt><dd><code>{{ fact(value) }}</code></dd>{% endfor %}
</dl></details>
{% endif %}
</td></tr>
{% endfor %}
</tbody></table></div>
{{ left(findings, 'findings', 'evidence/findings.json') }}
{% else %}
<p>{{ 'No check objects.' if checks else 'Nothing was checked yet.' }}</p>
{% endif %}
{% if plan.differences %}
<h3 class="after">Declared beforehand</h3>
<ul class="plain">
{% for difference in plan.differences %}
<li><code>{{ difference.contract }}.{{ difference.observable }}</code>: <bdi>{{ difference.why }}</bdi></li>
{% endfor %}
</ul>
{% endif %}
</section>
"""
