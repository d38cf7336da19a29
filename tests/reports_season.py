"""A plan of the tiny county whose people have hostile names, for the tests of reports."""

from __future__ import annotations

import random
from dataclasses import replace

from scheduler.plan import Plan
from scheduler.problem import Problem
from tests.builders import DONGGUAN, FIRST, GUXIAN, LUODU, SHENZHEN, STATION, Service, party, plan_for, problem, train

HOSTILE_NAMES = (
    "=cmd|'/c calc'!A1",
    "+86138",
    "-1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "&amp;\"'<b>",
    "阿不都热合曼·买买提依明·吐尔逊江",
    "䶮㛃𠅤𬱖",
    "王" + "长" * 59,
    "赵",
    "O'Neil Anna-Maria Josephine",
    "张\u202e四\u200f",
    "李😀",
    "../../etc/passwd",
    "{name} %s \\n",
    "<r><t>粗</b></r>",
    "_x0041_",
)


def id_of(number: int) -> str:
    """Return an 18-digit number nobody can own, all different, easy to look for."""
    return f"5116211990{number % 12 + 1:02d}{number // 12 % 28 + 1:02d}{number // 336:03d}X"


def season(size: int = 40, names: tuple[str, ...] = HOSTILE_NAMES) -> tuple[Problem, Plan]:
    """Return a coach of up to 45 to 深圳 in parties of 1 to 3, a train of 3 to 东莞, and one party left behind."""
    draw, parties, number = random.Random(1), [], 0
    while number < size:
        count = min(draw.choice((1, 1, 2, 3)), size - number)
        one = party(count, origin="顾县镇")
        people = []
        for person in one.people:
            name = names[number] if number < len(names) else f"张{number}"
            phone = "" if number % 9 == 8 else f"138{number:08d}"
            changed = replace(
                person, name=name, id_number=id_of(number), phone=phone, note="晕车" if number == 3 else ""
            )
            people.append(changed)
            number += 1
        parties.append(replace(one, people=tuple(people)))
    riders = party(3, origin="罗渡镇", destination="441900", work_stop=DONGGUAN)
    riders = replace(
        riders,
        people=tuple(
            replace(p, name=f"罗{i}", id_number=id_of(900 + i), phone=f"1390000000{i}")
            for i, p in enumerate(riders.people)
        ),
    )
    left = party(2, preferred=FIRST)
    asked = problem(*parties, riders, left, trains=(train(),), policy={"gift_pack": ("水", "面")})
    coach = Service(FIRST, (GUXIAN,), (SHENZHEN,)), parties
    return asked, plan_for(asked, coach, (Service(FIRST, (STATION,), (DONGGUAN,), train="K586"), [riders]))


def ids(asked: Problem) -> set[str]:
    """Return every ID number of a problem."""
    return {person.id_number for one in asked.parties for person in one.people}


__all__ = ["HOSTILE_NAMES", "LUODU", "id_of", "ids", "season"]
