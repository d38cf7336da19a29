"""What a terminal of 80 columns shows can be used as it stands: telephones in one piece, words, right rows."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.day.week import leaves
from tests.living import BEFORE, Living
from tests.season_folders import PLACES

PHONE = "13912345678"


@pytest.fixture
def living(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Living:
    monkeypatch.setenv("COLUMNS", "80")
    files = {
        "escorts.csv": f"姓名,联系电话\n欧阳明珠,{PHONE}\n",
        "places.csv": PLACES.replace("县城集散点", "岳池县城汽车客运集散点"),
    }
    return Living(tmp_path, capsys, 6, **files).begin()


@pytest.mark.parametrize("hours", [-24 * 9, -1, 3, 24, 72])
def test_a_telephone_is_never_cut(living: Living, hours: int) -> None:
    [run] = living.plan.runs
    at = leaves(run)
    living.run("depart", run.id, "--headcount", 5, "--at", at, "--now", at)
    out = living.said("status", "--all", "--now", at + timedelta(hours=hours))[1]
    assert PHONE in out
    assert run.id in out
    assert max(map(len, out.splitlines())) <= 80


def test_the_log_speaks_in_words(living: Living, tmp_path: Path) -> None:
    assert living.run("manifests", "-o", tmp_path / "out", "--ids", "full", "--for", "合同", "--workers", 1) == 0
    text = re.sub(r"[\s│]+", "", living.said("log")[1])
    assert "身份证号完整" in text
    assert "用途：合同" in text
    assert not re.search(r"[a-z_]+=", text)


def test_a_plan_by_hand_has_its_figures_beside_their_names(living: Living) -> None:
    out = living.said("score", living.folder / "plan/plan.json")[1]
    lines = {line.split("│")[1].strip(): line.split("│")[2].strip() for line in out.splitlines() if line.count("│") > 2}
    plan = living.plan
    assert lines["班次"] == str(len(plan.runs))
    assert lines["包车、包列费"] == f"{plan.cost.runs / 100:,.0f}"


def test_plans_side_by_side_cut_no_label(living: Living) -> None:
    out = living.said("whatif", "--reserve", 1, "--iterations", 0)[1]
    assert "…" not in out
    assert re.search(r"班次 +│ +1 │ +1", out)


def test_explain_names_people_and_says_how_sure_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one_coach = "车型,核定载客,数量,起步价,每公里,企业\n9座,9,1,100,1,岳运\n"
    living = Living(tmp_path, capsys, 8, **{"fleet.csv": one_coach})
    assert living.run("plan", "--iterations", 0, "--workers", 1) == 0
    out = living.said("explain", living.plan.unserved[0].persons[0], "--now", BEFORE)[1]
    why, others = re.sub(r"[\s│]+", "", out.split("电话里")[0]).split("其他走法")
    assert "conflict" not in why
    assert "rest_as_planned" not in why
    assert "张*顾县镇" in others
    assert not re.search(r"[0-9a-f]{16}", others)
