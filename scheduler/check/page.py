"""The summary of a check as one page for the head of the bureau: offline, printable, without personal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.check.summary import FileCount, by_code, by_file
from scheduler.i18n import _, language, ngettext
from scheduler.problem import Problem
from scheduler.season.folder import below_roster
from scheduler.tabular.issues import CODES, Issue

FINDINGS_SHOWN = 100
FILES_NAMED = 5
# Cells of these codes hold no personal data: they and what is said of them may be shown. Of all others only the place.
_PUBLIC = frozenset(
    {
        *("R101", "R102", "R103", "R104", "R105", "R106", "R107", "R108", "R110"),
        *("R206", "R207", "R208", "R209", "R211", "R212", "R305", "R401"),
    }
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A code on the page: its meaning and cure, how often, and the files that have most of it."""

    code: str
    severity: str
    meaning: str
    cure: str
    count: int
    files: str


@dataclass(frozen=True, slots=True)
class _File:
    """A file on the page: its counts, its number of each code, its findings as (cell, code, severity, what, cure)."""

    name: str
    counts: FileCount
    codes: dict[str, int]
    findings: Sequence[tuple[str, str, str, str, str]]
    more: str


def check_page(issues: Sequence[Issue], problem: Problem, counts: dict[str, int], today: date) -> str:
    """Return the page's HTML.

    Parameters
    ----------
    counts : dict of str to int
        The headline figures, label -> number.
    today : date
        Stands on the page as the day of the check.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    told = [each for each in issues if each.severity != "info"]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    files = [_file(each, told) for each in by_file(told, problem)]
    return environment.get_template("check.html.j2").render(
        lang="zh-CN" if language() == "zh" else "en",
        title=_("{season}: check of the rosters").format(season=problem.settings.name),
        today=today.isoformat(),
        counts=counts,
        kinds=_kinds(told),
        files=files,
        codes=[each.code for each in by_code(told)],
        infos=len(issues) - len(told),
        words=_words(len(issues) - len(told)),
        severities={"error": _("error"), "warning": _("warning")},
    )


def _words(infos: int) -> dict[str, str]:
    """Return the page's own words."""
    return {
        "none": _("No problem was found."),
        "by_kind": _("By kind"),
        "lead": _("An error sets its row aside until it is mended; a warning does not."),
        "code": _("Code"),
        "severity": _("Severity"),
        "number": _("Number"),
        "meaning": _("Meaning"),
        "cure": _("What to do"),
        "where_most": _("Where most"),
        "matrix": _("By township and kind"),
        "file": _("File"),
        "fit": _("Can be planned"),
        "set_aside": _("Set aside"),
        "errors": _("Errors"),
        "warnings": _("Warnings"),
        "mend": _("What to mend, the worst first"),
        "cell": _("Cell"),
        "what": _("What is wrong"),
        "infos": ngettext(
            "Besides, {n} correction was made without asking.",
            "Besides, {n} corrections were made without asking.",
            infos,
        ).format(n=infos),
    }


def _kinds(issues: Sequence[Issue]) -> list[_Kind]:
    kinds = []
    for each in by_code(issues):
        files = Counter(_short(found.file) for found in issues if found.code == each.code)
        named = "、".join(f"{name} {number}" for name, number in files.most_common(FILES_NAMED))
        if len(files) > FILES_NAMED:
            named = ngettext(
                "{names} and {n} more file", "{names} and {n} more files", len(files) - FILES_NAMED
            ).format(names=named, n=len(files) - FILES_NAMED)
        kinds.append(_Kind(each.code, each.severity, each.meaning, _(CODES[each.code].cure), each.count, named))
    return kinds


def _file(counts: FileCount, issues: Iterable[Issue]) -> _File:
    own = [each for each in issues if each.file == counts.file]
    findings = [_finding(each) for each in own[:FINDINGS_SHOWN]]
    codes = dict(Counter(each.code for each in own))
    left = len(own) - len(findings)
    more = _("and {n} more in this file").format(n=left) if left else ""
    return _File(_short(counts.file), counts, codes, findings, more)


def _finding(each: Issue) -> tuple[str, str, str, str, str]:
    cell = f"{each.column}{each.row}" if each.row is not None else ""
    where = f"{each.sheet} {cell}".strip()
    if each.code in _PUBLIC:
        what = f"“{each.value}” {each.message}" if each.value else each.message
        return where, each.code, each.severity, what, each.cure
    kind = CODES[each.code]
    return where, each.code, each.severity, _(kind.meaning), _(kind.cure)


def _short(file: str) -> str:
    """Return a file's name as a bureau says it: roster/顾县镇.xlsx -> 顾县镇; a table keeps its whole name."""
    inside = below_roster(file)
    return file if inside is None else inside.rpartition(".")[0] or inside
