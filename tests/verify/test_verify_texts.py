"""Each violation is explained: in the rules' page, and in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

from scheduler import i18n
from scheduler.verify import MESSAGES
from scheduler.verify.violation import violation

RULES_PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_rules_page_explains_every_code_and_no_other() -> None:
    lines = RULES_PAGE.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if re.match(r"\| V\d+ \|", line)]
    assert sorted(row[0] for row in rows) == sorted(MESSAGES)
    assert all(len(row) == 5 and all(row) for row in rows), "code, meaning, example, cure, source"


def test_every_message_is_translated() -> None:
    assert [message for message in MESSAGES.values() if i18n._(message) == message] == []


def test_a_violation_speaks_the_users_language(english: None) -> None:
    assert violation("V156", "R1", "<= 45", 46).message == MESSAGES["V156"]
    i18n.set_language("zh")
    found = violation("V156", "R1", "<= 45", 46)
    assert (found.expected, found.actual, found.message) == ("<= 45", "46", "人数超过座位数")


def test_nothing_said_is_a_dash() -> None:
    assert violation("V152", "R1", 1500.0, None).actual == "-"
