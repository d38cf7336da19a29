"""The note that lies beside the files: which folder goes to whom, and what it shows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from scheduler.i18n import _
from scheduler.reports.book import Book
from scheduler.reports.visibility import READERS, IdChoice, Reader, Show, View

Extra = Literal["labels", "charter", "cards"]
"""Papers that are written when they are asked for."""


def reader_text(reader: Reader) -> str:
    """Return for whom a file is, as its pages say it."""
    return {
        "bureau": _("the bureau"),
        "escort": _("escort and coach leader"),
        "carrier": _("the carrier"),
        "railway": _("ticketing"),
        "township": _("the township"),
        "employer": _("the employer"),
        "station": _("the destination station"),
        "staff": _("the office's staff"),
        "feeder": _("the minibus driver"),
        "public": _("public notice"),
        "message": _("the person named"),
    }[reader]


def guide_text(book: Book, ids: IdChoice, edition: str = "", extras: Collection[Extra] = ()) -> str:
    """Return the text of the note, from the readers' table.

    Parameters
    ----------
    book : Book
    ids : {"full", "masked", "none"}
    edition : str
        Of which plan the folders are.
    extras : collection of {"labels", "charter", "cards"}
        Papers that are written besides.
    """
    folders: tuple[tuple[str, Reader], ...] = (
        (_("{folder}: workbooks of a day, the bureau's own copy").format(folder=_("runs")), "bureau"),
        (_("{folder}: a pack a run, for its escort or coach leader").format(folder=_("runs")), "escort"),
        (_("carriers"), "carrier"),
        (_("railway"), "railway"),
        (_("townships"), "township"),
        (_("public notices"), "public"),
        (_("employers"), "employer"),
        (_("destination stations"), "station"),
        (_("feeders"), "feeder"),
        (_("messages"), "message"),
    )
    level = {Show.NONE: _("not shown"), Show.MASKED: _("masked"), Show.FULL: _("full")}
    lines = [
        book.problem.settings.name,
        *filter(None, [edition]),
        "",
        _("Give each folder only to those it is for:"),
        "",
    ]
    for title, reader in folders:
        sight, view = READERS[reader], View(reader, ids)
        lines.append(
            _("- {title}: names {name}, ID numbers {ids}, phones {phone}").format(
                title=title, name=level[sight.name], ids=level[view.id_level], phone=level[sight.phone]
            )
        )
    lines.append(_("- {title}: staff and coach leaders, no other passenger").format(title=_("escorts")))
    for extra, title, text in (
        ("labels", _("stickers"), _("the escort sticks them on; run and seat, nobody's name")),
        ("charter", _("charter filing"), _("the carrier; no passenger")),
        ("cards", _("emergency cards"), _("escort and driver; staff and coach leaders, no other passenger")),
    ):
        if extra in extras:
            lines.append(_("- {title}: {text}").format(title=title, text=text))
    lines.append("")
    if ids == "full":
        lines.append(_("Full ID numbers stand in the folders marked so; delete them when the season is over."))
    else:
        text = _(
            "Carriers and ticketing need full ID numbers: write them with --ids full --for PURPOSE, for them alone."
        )
        lines.append(text)
    return "\r\n".join(lines) + "\r\n"
