"""An .xlsx as its parts: some of them changed or added, all others copied byte for byte."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

from scheduler.check.xlsx_marks import UnusualWorkbookError, plain_names
from scheduler.tabular.sheets.xlsx_parts import WORKBOOK, relations, relations_of, sheet_parts

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "[Content_Types].xml"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CONTENT_TYPES = {
    "comments": f"{_SPREADSHEET}.comments+xml",
    "worksheet": f"{_SPREADSHEET}.worksheet+xml",
    "styles": f"{_SPREADSHEET}.styles+xml",
}


class Package:
    """An .xlsx file, open for reading, with its changed parts.

    Raises
    ------
    UnusualWorkbookError
        When its workbook part is not where it should be, or holds macros under a name that tells nothing of them.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        self._changed: dict[str, str] = {}
        if WORKBOOK not in self._names or _TYPES not in self._names:
            raise UnusualWorkbookError
        self.sheets = sheet_parts(archive)

    def has_macros(self) -> bool:
        """Tell whether the workbook holds macros: then its name must end with .xlsm."""
        return "macroEnabled" in self.read(_TYPES)

    def read(self, name: str) -> str:
        """Return a part as text."""
        if name in self._changed:
            return self._changed[name]
        try:
            return self._archive.read(name).decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError) as error:
            raise UnusualWorkbookError from error

    def replace(self, name: str, xml: str) -> None:
        """Change a part, or add one."""
        self._changed[name] = xml

    def related(self, part: str, kind: str) -> str | None:
        """Return the part that `part` names as its comments, styles, ...; None when there is none."""
        found = relations(self._archive, part).values()
        return next((target for its_kind, target in found if its_kind == kind and target in self._names), None)

    def add(self, part: str, kind: str, name: str, xml: str) -> str:
        """Add a part that belongs to `part`; return the id of the relation."""
        stem, suffix = posixpath.splitext(name)
        names = (name, *(f"{stem}{number}{suffix}" for number in range(1, len(self._names) + 1)))
        target = next(each for each in names if each not in self._names)
        self._names.add(target)
        self.replace(target, xml)
        path = relations_of(part)
        known = self.read(path) if path in self._names else f'<Relationships xmlns="{_RELATIONS}"></Relationships>'
        self._names.add(path)
        taken = set(re.findall(r'\bId="([^"]*)"', known))
        relation = next(each for n in range(1, len(taken) + 2) if (each := f"rIdScheduler{n}") not in taken)
        new = f'<Relationship Id="{relation}" Type="{_OFFICE}/{kind}" Target="/{target}"/>'
        known = re.sub(r"<Relationships([^>]*)/>", r"<Relationships\1></Relationships>", known)
        self.replace(path, known.replace("</Relationships>", f"{new}</Relationships>"))
        self._declare(target, kind)
        return relation

    def _declare(self, target: str, kind: str) -> None:
        types = self.read(_TYPES)
        if kind in _CONTENT_TYPES:
            new = f'<Override PartName="/{target}" ContentType="{_CONTENT_TYPES[kind]}"/>'
        elif 'extension="vml"' in types.lower():
            return
        else:
            new = '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        self.replace(_TYPES, types.replace("</Types>", f"{new}</Types>"))

    def add_first_sheet(self, title: str, xml: str) -> None:
        """Put a sheet before all others and show it when the workbook is opened; one of that title is replaced."""
        book = plain_names(self.read(WORKBOOK))
        if title in self.sheets:
            self.replace(self.sheets[title], xml)
            first = re.search(r"<sheet\b[^>]*>", book)
            position = [*re.findall(r'<sheet\b[^>]*\bname="([^"]*)"', book)].index(title) if first else 0
        else:
            relation = self.add(WORKBOOK, "worksheet", "xl/worksheets/scheduler.xml", xml)
            number = 1 + max(map(int, re.findall(r'\bsheetId="(\d+)"', book)), default=0)
            new = f'<sheet xmlns:r="{_OFFICE}" name={quoteattr(title)} sheetId="{number}" r:id="{relation}"/>'
            book = re.sub(r"(<sheets\b[^>]*>)", lambda found: found[1] + new, book, count=1)
            book = re.sub(r'localSheetId="(\d+)"', lambda found: f'localSheetId="{int(found[1]) + 1}"', book)
            position = 0
        view = re.search(r"<workbookView\b[^>]*?(/?)>", book)
        if view:
            bare = re.sub(r'\s(?:activeTab|firstSheet)="\d+"', "", view[0])
            book = book.replace(view[0], bare.replace("<workbookView", f'<workbookView activeTab="{position}"', 1), 1)
        self.replace(WORKBOOK, book)
        for name, part in self.sheets.items():
            sheet = self.read(part)
            if name != title and 'tabSelected="' in sheet:
                self.replace(part, re.sub(r'\stabSelected="\w+"', "", sheet))

    def save(self, path: Path) -> None:
        """Write the package."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
            for info in self._archive.infolist():
                if info.filename not in self._changed:
                    with self._archive.open(info) as source, target.open(info.filename, "w", force_zip64=True) as copy:
                        while piece := source.read(1_000_000):
                            copy.write(piece)
            for name, xml in self._changed.items():
                target.writestr(name, xml.encode())
