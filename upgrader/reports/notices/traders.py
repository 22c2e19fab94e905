"""For traders and holders: what happens to what is theirs, and until when they can leave."""

from upgrader.reports.dossier import Dossier
from upgrader.reports.notices import _sections as section
from upgrader.reports.notices._base import FAMILY, Notice, NoticeContext


def render(dossier: Dossier, context: NoticeContext) -> str:
    """Return the notice to traders as Markdown."""
    lines = [
        *section.heading(dossier, "traders and holders"),
        *section.what_and_why(dossier, context.traders),
        *section.when(dossier),
        *section.halted(dossier, context),
        *section.positions(dossier),
        *section.market(dossier),
        *section.expiries(dossier, context),
        *section.exit_window(dossier),
        *section.verify(dossier),
        *section.ask(context),
    ]
    return "\n".join(lines).rstrip() + "\n"


FAMILY.add(__name__, Notice("traders", "Traders and holders", render))
