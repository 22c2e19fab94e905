"""Jinja macros that several parts of the page use."""

from typing import Final

PIECES: Final = """
{%- macro hash(line, minor=false) -%}
<div class="hash{{ ' minor' if minor else '' }}"><dt>{{ brief(line.label) }}</dt>
<dd><code><i>0x</i>{% for group in groups(line.value) %}<span>{{ group }}</span><wbr>{% endfor %}</code></dd></div>
{%- endmacro -%}

{%- macro place(address, names) -%}
{%- set name = names.get(address.lower(), '') -%}
{%- if name %}<bdi>{{ brief(name) }}</bdi> {% endif %}<code>{{ address }}</code>
{%- endmacro -%}

{%- macro call(line) -%}
<li>
<code>{{ line.signature or 'unknown function' }}</code>
<span class="soft">on</span> {% if line.to_name %}<bdi>{{ brief(line.to_name) }}</bdi> {% endif %}
<code>{{ line.to }}</code>
{%- if line.delegate %} <strong class="bad">by DELEGATECALL</strong>{% endif %}
{%- if line.value %} <strong>with {{ line.value }} wei</strong>{% endif %}
{%- if line.warning %}<p class="bad">! {{ line.warning }}</p>{% endif %}
{%- if not line.arguments and not line.inner and line.warning %}<p><code>{{ line.data }}</code></p>{% endif %}
{%- if line.arguments %}
<dl class="pairs">{% for argument in line.arguments %}
<dt>{{ argument.name or argument.type }}</dt>
<dd><code>{{ argument.value }}</code>{% if argument.note %} <small>{{ argument.note }}</small>{% endif %}</dd>
{%- endfor %}</dl>
{%- endif %}
{%- if line.inner %}
<ol class="calls">{% for inner in line.inner %}{{ call(inner) }}{% endfor %}</ol>
{%- endif %}
</li>
{%- endmacro -%}

{%- macro left(table, what, where) -%}
{%- if table.left %}<p class="ask">! {{ table.left }} more {{ what }} are in {{ where }}.</p>{% endif %}
{%- endmacro -%}
"""
