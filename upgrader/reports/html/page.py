"""The skeleton of the page."""

from typing import Final

PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{{ headline.word }}: {{ plan.name }}</title>
<style>{{ style }}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<div class="page">
<header>{% include 'first_screen' %}
<nav aria-label="Sections"><ul class="jump">
<li><a href="#findings">Findings</a></li><li><a href="#calls">Calls</a></li><li><a href="#state">Storage</a></li>
<li><a href="#behaviour">Behaviour</a></li>
{% if probes.shown %}<li><a href="#probes">Probes</a></li>{% endif %}
{% if layouts %}<li><a href="#layouts">Layouts</a></li>{% endif %}
{% if steps.shown %}<li><a href="#path">Path and gas</a></li>{% endif %}
<li><a href="#authority">Authority</a></li><li><a href="#code">Code</a></li><li><a href="#raw">Raw data</a></li>
<li><a href="#again">Compute it again</a></li>
</ul></nav>
</header>
<main>
{% include 'findings' %}
{% include 'calls' %}
{% include 'behaviour' %}
{% include 'origin' %}
</main>
<footer><small>A static page: no scripts, nothing fetched. Plan digest
<code>{{ hexed(plan.digest) }}</code></small></footer>
</div>
</body>
</html>
"""
