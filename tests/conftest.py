"""Puts ``tests/`` on the path, for what several folders of tests share, and times no property."""

from hypothesis import settings

# A property holds or does not, however busy the machine is.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
