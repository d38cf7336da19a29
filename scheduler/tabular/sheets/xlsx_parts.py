"""Where the parts of an .xlsx package lie: which file of the archive holds which sheet."""

from __future__ import annotations

import posixpath
import zipfile
from xml.etree import ElementTree

WORKBOOK = "xl/workbook.xml"
_ID = "id"


def local(name: str) -> str:
    """Return a tag's or an attribute's name without its namespace: two of them are in use."""
    return name.rpartition("}")[2]


def relations_of(part: str) -> str:
    """Return the name of the part that lists the relations of `part`."""
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind (the last word of its type) and target of each relation of a part, by id."""
    try:
        tree = ElementTree.fromstring(archive.read(relations_of(part)))
    except KeyError:
        return {}
    folder = posixpath.dirname(part)
    found = {}
    for each in tree:
        target = each.get("Target", "")
        if each.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        found[each.get("Id", "")] = each.get("Type", "").rpartition("/")[2], target
    return found


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part that holds each worksheet, by the sheet's name, in the order of the workbook.

    Raises
    ------
    KeyError, xml.etree.ElementTree.ParseError
        When the package is damaged.
    """
    names = {name.lower(): name for name in archive.namelist()}
    workbook = names[WORKBOOK]
    targets = relations(archive, workbook)
    found = {}
    for each in ElementTree.fromstring(archive.read(workbook)).iter():
        if local(each.tag) == "sheet":
            relation = next((value for key, value in each.items() if local(key) == _ID), "")
            kind, target = targets.get(relation, ("", ""))
            if kind == "worksheet" and target.lower() in names:
                found[each.get("name", "")] = names[target.lower()]
    return found
