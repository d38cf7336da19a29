"""Issues counted: by file, which is by township where each sends its own, and by code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scheduler.i18n import _
from scheduler.problem import Problem
from scheduler.tabular.issues import CODES, Issue, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class FileCount:
    """One file: rows that can be planned, rows set aside, and its issues by severity."""

    file: str
    fit: int
    set_aside: int
    errors: int
    warnings: int
    infos: int


@dataclass(frozen=True, slots=True)
class CodeCount:
    """One code: what it means, and how often it was found."""

    code: str
    severity: Severity
    meaning: str
    count: int


def by_file(issues: Iterable[Issue], problem: Problem) -> list[FileCount]:
    """Return every file that holds people or has an issue, the worst first."""
    fit = Counter(file_of(person.ref) for party in problem.parties for person in party.people)
    set_aside = Counter(file_of(row.ref) for row in problem.set_aside)
    found = Counter((each.file, each.severity) for each in issues)
    files = {*fit, *set_aside, *(file for file, _severity in found)}
    counts = [
        FileCount(file, fit[file], set_aside[file], *(found[file, severity] for severity in SEVERITIES))
        for file in files
    ]
    return sorted(counts, key=lambda each: (-each.errors, -each.warnings, -each.infos, each.file))


def by_code(issues: Sequence[Issue]) -> list[CodeCount]:
    """Return the codes found, errors first, the most frequent first."""
    found = Counter(each.code for each in issues)
    counts = [CodeCount(code, CODES[code].severity, _(CODES[code].meaning), n) for code, n in found.items()]
    return sorted(counts, key=lambda each: (SEVERITIES.index(each.severity), -each.count, each.code))


def worst_first(issues: Iterable[Issue]) -> list[Issue]:
    """Return the issues, errors before warnings before infos, each in the order of the files."""
    return sorted(issues, key=lambda each: SEVERITIES.index(each.severity))


def file_of(ref: str) -> str:
    """Return the file of a row's ref, file!sheet!row."""
    return ref.rsplit("!", 2)[0]
