"""`scheduler manifests` and `scheduler utilisation` as a dispatcher runs them."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest
from rich.cells import cell_len

from scheduler.cli import top
from scheduler.cli.common import run_command_line
from scheduler.season.plans import read_plan, store_plan
from tests import season_folders
from tests.builders import Service, plan_for


@pytest.fixture
def planned(tmp_path: Path) -> Path:
    """Return a season folder of two people with a plan: one coach."""
    folder = season_folders.write(tmp_path / "season")
    asked = season_folders.problem_of(folder)
    service = Service(asked.settings.first_date.replace(day=12), ("顾县",), ("广东省深圳市",), ("49座", "岳运"))
    store_plan(folder, plan_for(asked, (service, asked.parties)))
    return folder


def run(*arguments: object) -> int:
    return run_command_line(top(), [str(argument) for argument in arguments])


def test_manifests_writes_masked_files_and_says_how_many(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("manifests", planned, "-o", tmp_path / "out", "--workers", 1) == 0
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert f"{len(files)} 个文件" in capsys.readouterr().out
    assert (tmp_path / "out" / "班次" / "2027-02-12.xlsx").exists()


def test_full_ids_are_announced(planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("manifests", planned, "-o", tmp_path / "out", "--ids", "full", "--for", "签合同", "--workers", 1) == 0
    assert "完整身份证号" in capsys.readouterr().out


def test_without_a_plan_it_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = season_folders.write(tmp_path / "season")
    for command in (("manifests", folder, "-o", tmp_path / "out"), ("utilisation", folder)):
        assert run(*command) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_that_is_no_season_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("manifests", tmp_path / "no", "-o", tmp_path / "out"), ("utilisation", tmp_path / "no")):
        assert run(*command) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_an_unwritable_output_is_exit_2(planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("in the way")
    assert run("manifests", planned, "-o", tmp_path / "out", "--workers", 1) == 2
    assert capsys.readouterr().err.strip().count("\n") == 0


def test_utilisation_as_json_and_files(planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, table, book = tmp_path / "u.html", tmp_path / "u.csv", tmp_path / "u.xlsx"
    assert run("utilisation", planned, "--json", "--html", page, "--csv", table, "--xlsx", book) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["runs"], result["people"], result["seats"]) == (1, 2, 45)
    assert "手工排班" in page.read_text(encoding="utf-8")
    assert table.read_text(encoding="utf-8-sig").startswith("by,key,")
    assert book.read_bytes()[:2] == b"PK"


def test_utilisation_prints_tables(planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("utilisation", planned) == 0
    out = capsys.readouterr().out
    assert "按目的地" in out
    assert "4.4%" in out


def test_rows_sorted_since_are_printed_and_said(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = season_folders.person(2), season_folders.person(1)
    (planned / "roster" / "顾县镇.csv").write_text(season_folders.csv_text(*people), encoding="utf-8")
    assert run("manifests", planned, "-o", tmp_path / "out", "--workers", 1) == 0
    assert "scheduler verify 核对" in capsys.readouterr().out
    assert run("verify", planned) == 0
    assert "名单、各表或设置有改动" in capsys.readouterr().out


def test_a_rider_who_is_gone_stops_the_printing(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = season_folders.person(1), season_folders.person(3)
    (planned / "roster" / "顾县镇.csv").write_text(season_folders.csv_text(*people), encoding="utf-8")
    for command in (("manifests", planned, "-o", tmp_path / "out"), ("utilisation", planned)):
        assert run(*command) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "1人已不在名单中，或所在的行不能用：R1 roster/顾县镇.csv!!3 -> 请重新排班" in err
        assert not any(each["姓名"] in err for each in (*people, season_folders.person(2)))
    assert not (tmp_path / "out").exists()
    assert run("verify", planned, "--json") == 1
    codes = {each["code"] for each in json.loads(capsys.readouterr().out)["violations"]}
    assert codes == {"V104", "V113", "V195"}


def test_a_plan_without_its_salt_is_one_line(planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (planned / "season.db").unlink()
    for command in (("manifests", planned, "-o", tmp_path / "out"), ("utilisation", planned), ("verify", planned)):
        assert run(*command) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        assert "season.db" in err
    assert not (planned / "season.db").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_screen_of_utilisation_fits(planned: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    assert run("utilisation", planned, "--lang", language) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 23
    assert max(map(cell_len, lines)) <= 80
    assert run("utilisation", planned, "--full", "--lang", language) == 0
    assert "2027-02-12" in capsys.readouterr().out


def test_utilisation_opens_the_page(planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda uri: opened.append(uri) or True)
    assert run("utilisation", planned, "--open") == 0
    assert run("utilisation", planned, "--open", "--html", tmp_path / "x.html") == 0
    assert opened == [(planned / "utilisation.html").as_uri(), (tmp_path / "x.html").as_uri()]
    assert all(Path(url2pathname(urlparse(uri).path)).is_file() for uri in opened)


def test_utilisation_json_says_what_is_paid(planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("utilisation", planned, "--json") == 0
    assert json.loads(capsys.readouterr().out)["paid"] == read_plan(planned).cost.runs
