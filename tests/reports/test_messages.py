"""Messages: what they name, how long they are, whom they reach; what those left behind, and clerks, are told."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from scheduler.plan import Plan
from scheduler.problem import Escort, Party, Problem
from scheduler.reports import reasons_in_words
from scheduler.reports.book import Book
from scheduler.reports.formats.document import Table
from scheduler.reports.manifests import home_lists
from scheduler.reports.manifests.messages import TWO_MESSAGES_MAX, message, messages, mobile
from scheduler.reports.visibility import View
from tests.builders import FIRST, LAST, Service, party, plan_for, problem

VIEW = View("message")
KEYS = ("min_load", "season.toml", "unserved_cost", "depart_at", "coach_rules", "fleet", "places", "access", "budget")


def season(*parties: Party, left: tuple[Party, ...] = (), office: bool = True) -> tuple[Problem, Plan]:
    asked = problem(*parties, *left, escorts=(Escort("周敏", "13700000001", "就业局", FIRST, LAST),))
    if office:
        named = {"office": "岳池县就业局", "duty_phone": "0826-5222233", "signature": "岳池就业"}
        asked = replace(asked, settings=asked.settings.model_copy(update=named))
    return asked, plan_for(asked, (Service(), parties))


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(text.removeprefix("\ufeff").splitlines()))[1:]


def test_a_message_names_all_that_a_rider_must_know() -> None:
    asked, plan = season(party(1))
    [run] = plan.runs
    plan = plan.model_copy(update={"runs": (run.model_copy(update={"escorts": ("周敏",)}),)})
    book = Book(asked, plan)
    [rider] = book.riders["R1"]
    text = message(book, rider, VIEW)
    for part in ("【岳池就业】", rider.person.name, "2月10日（正月初五）", "顾县集合", "R1", "深圳市", "13700000001"):
        assert part in text
    assert len(text) <= TWO_MESSAGES_MAX


@pytest.mark.parametrize("signature", ["岳池就业", "【岳池就业】", " 岳池就业 "])
def test_the_signature_has_its_marks_once(signature: str) -> None:
    asked, plan = season(party(1))
    asked = replace(asked, settings=asked.settings.model_copy(update={"signature": signature}))
    book = Book(asked, plan)
    assert message(book, book.riders["R1"][0], VIEW).startswith("【岳池就业】")
    assert message(book, book.riders["R1"][0], VIEW).count("【") == 1


def test_without_an_escort_the_duty_room_is_phoned_and_without_both_nobody() -> None:
    asked, plan = season(party(1))
    book = Book(asked, plan)
    assert "0826-5222233" in message(book, book.riders["R1"][0], VIEW)
    book = Book(*season(party(1), office=False))
    text = message(book, book.riders["R1"][0], VIEW)
    assert "联系" not in text
    assert "【" not in text


@pytest.mark.parametrize(
    ("phone", "reached"),
    [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("138-0000-1234", "13800001234"),
        ("+86 13800001234", "13800001234"),
        ("008613800001234", "13800001234"),
        ("0826-5222233", ""),
        ("1380000123", ""),
        ("138000012345", ""),
        ("户主", ""),
        ("12345678901", ""),
        ("", ""),
    ],
)
def test_a_message_goes_to_a_mobile_number_alone(phone: str, reached: str) -> None:
    one = party(1)
    one = replace(one, people=(replace(one.people[0], phone=phone),))
    assert mobile(one.people[0], one) == reached
    book = Book(*season(one))
    texts = messages(book, VIEW)
    assert [row[0] for row in rows(texts.riders)] == ([reached] if reached else [])
    bad = rows(texts.no_mobile) if texts.no_mobile else []
    assert [row[:3] for row in bad] == ([] if reached else [[phone, one.people[0].name, "顾县镇"]])
    assert texts.without_mobile == len(bad)


def test_a_companion_is_texted_for_who_has_no_number() -> None:
    one = party(2)
    first, second = one.people
    one = replace(one, people=(replace(first, phone="5222233"), replace(second, phone="13900000002")))
    book = Book(*season(one))
    texts = messages(book, VIEW)
    assert [row[0] for row in rows(texts.riders)] == ["13900000002"] * 2
    assert texts.no_mobile == ""
    assert first.name in rows(texts.riders)[0][1]


def test_those_left_behind_are_told_too() -> None:
    left = party(2, earliest=FIRST, latest=LAST)
    book = Book(*season(party(1), left=(left,)))
    texts = messages(book, VIEW)
    found = rows(texts.left)
    assert len(found) == 2
    for (phone, text), each in zip(found, left.people, strict=True):
        assert phone == each.phone
        assert text.startswith(f"【岳池就业】{each.name}：")
        assert "2月10日（正月初五）" in text
        assert "深圳市" in text
        assert "0826-5222233" in text
    assert messages(Book(*season(party(1))), VIEW).left == ""


@pytest.mark.parametrize("code", [f"U20{n}" for n in range(1, 10)] + ["U299"])
@pytest.mark.parametrize("proof", ["no_option", "conflict", "cost", "open"])
def test_neither_clerk_nor_passenger_reads_a_setting(code: str, proof: str) -> None:
    left = party(3, mode="coach")
    asked, plan = season(party(1), left=(left,))
    [entry] = plan.unserved
    said = {"code": code, "proof": proof, "reason": "开行下限 min_load 为20人", "remedy": "把 min_load 降到19"}
    plan = plan.model_copy(update={"unserved": (entry.model_copy(update=said),)})
    book = Book(asked, plan)
    sheet = home_lists.township_list(book, "顾县镇", book.riders["R1"], View("township"))
    [table] = [block for block in sheet.blocks if isinstance(block, Table) and block.title == "未安排座位人员"]
    texts = [str(table.rows), *(text for _phone, text in rows(messages(book, VIEW).left))]
    for text in texts:
        assert not any(key in text for key in KEYS), text
        assert not any(ch.isascii() and ch.isalpha() for ch in text.replace("U2", "").replace("R1", "")), text
    assert all(str(cell) for row in table.rows for cell in row[:2])


def test_the_clerk_asks_what_the_person_has_not_offered_yet() -> None:
    [entry] = season(party(1), left=(party(1),))[1].unserved
    entry = entry.model_copy(update={"code": "U207", "proof": "conflict"})
    assert "也可乘火车" in reasons_in_words.clerk_remedy(entry, party(1, mode="coach"))
    assert "也可乘汽车" in reasons_in_words.clerk_remedy(entry, party(1, mode="train"))
    free = reasons_in_words.clerk_remedy(entry, party(1))
    assert "也可" not in free
    assert "分开走" not in free
    assert "分开走" in reasons_in_words.clerk_remedy(entry, party(2))
