"""The one gate to paper: every text of a sheet, as its reader may see it."""

from __future__ import annotations

from dataclasses import replace

from scheduler.reports.formats.document import Block, Facts, Sheet, Table, Text
from scheduler.reports.visibility import View


def cleared(sheet: Sheet, view: View) -> Sheet:
    """Return a sheet without the numbers that its reader may not see, wherever a roster or a table had them."""
    return replace(
        sheet,
        tab=view.text(sheet.tab),
        title=view.text(sheet.title),
        subtitle=view.text(sheet.subtitle),
        code=view.text(sheet.code),
        blocks=tuple(_block(block, view) for block in sheet.blocks),
    )


def _block(block: Block, view: View) -> Block:
    if isinstance(block, Facts):
        return replace(block, pairs=tuple((view.text(label), view.text(value)) for label, value in block.pairs))
    if isinstance(block, Table):
        rows = tuple(
            tuple(view.text(cell, of_passenger=True) if isinstance(cell, str) else cell for cell in row)
            for row in block.rows
        )
        return replace(block, title=view.text(block.title), rows=rows)
    if isinstance(block, Text):
        return Text(view.text(block.text))
    return replace(block, labels=tuple(map(view.text, block.labels)))
