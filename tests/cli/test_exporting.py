"""Every command that takes personal data out says so in the ledger: for whom, how much, which files, what for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from scheduler.errors import OutputError
from scheduler.season.ledger.events import Event, Exported
from scheduler.season.ledger.exporting import copies
from tests.living import BEFORE, Living
from tests.season_folders import id_number, person

PEOPLE = 4
BY = ("--by", "李四", "--for", "春运")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a planned season, to be copied."""
    from scheduler.cli import top
    from scheduler.cli.common import run_command_line
    from tests.living import FLEET, WORK
    from tests.season_folders import csv_text, write

    rows = csv_text(*(person(serial) for serial in range(1, PEOPLE)), person(PEOPLE, 联系电话="1"))
    folder = write(tmp_path_factory.mktemp("made") / "season", {"fleet.csv": FLEET, "roster/顾县镇.csv": rows})
    assert run_command_line(top(), ["plan", str(folder), *map(str, WORK)]) == 0
    return folder


@pytest.fixture
def living(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Living:
    import shutil

    class Copied(Living):
        def __init__(self) -> None:
            self.folder, self.capsys = tmp_path / "season", capsys

    shutil.copytree(made, tmp_path / "season")
    return Copied()


def exported(living: Living) -> list[Event]:
    return [event for event in living.events("exported") if event.data.paths]


def said(event: Event) -> Exported:
    assert isinstance(event.data, Exported)
    return event.data


COMMANDS: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, int]]]] = {
    # command and its arguments; OUT is a folder, FILE.x a file; by reader the level and the number of people
    "manifests": (
        ("manifests", "-o", "OUT", "--workers", "1"),
        {
            "bureau": ("masked", PEOPLE),
            "escort": ("masked", 2 * PEOPLE),
            "carrier": ("masked", 2 * PEOPLE),
            "township": ("masked", 2 * PEOPLE),
            "public": ("none", 2 * PEOPLE),
            "station": ("masked", 2 * PEOPLE),
            "staff": ("none", 0),
            "message": ("none", PEOPLE),
        },
    ),
    "full IDs": (
        ("manifests", "-o", "OUT", "--workers", "1", "--ids", "full"),
        {"carrier": ("full", 2 * PEOPLE), "escort": ("masked", 2 * PEOPLE), "bureau": ("full", PEOPLE)},
    ),
    "announce": (
        ("announce", "-o", "OUT", "--now", BEFORE),
        {"escort": ("masked", 2 * PEOPLE), "carrier": ("masked", 2 * PEOPLE), "message": ("none", PEOPLE)},
    ),
    "announce with full IDs": (
        ("announce", "-o", "OUT", "--now", BEFORE, "--ids", "full"),
        {"escort": ("masked", 2 * PEOPLE), "carrier": ("full", 2 * PEOPLE), "message": ("none", PEOPLE)},
    ),
    "check --annotate": (("check", "--annotate", "OUT"), {"township": ("full", PEOPLE)}),
    "check --merged": (("check", "--merged", "FILE.xlsx"), {"bureau": ("full", PEOPLE)}),
    "daily": (("daily", "2027-02-12", "-o", "FILE.xlsx"), {"superior": ("none", 0)}),
    "settle": (("settle", "-o", "OUT"), {"carrier": ("none", 0), "auditor": ("none", 0)}),
    "backup": (("backup", "FILE.db"), {"bureau": ("none", 0)}),
}


@pytest.mark.parametrize(("arguments", "readers"), COMMANDS.values(), ids=COMMANDS.keys())
def test_what_is_taken_out_is_in_the_ledger(
    living: Living, tmp_path: Path, arguments: tuple[str, ...], readers: dict[str, tuple[str, int]]
) -> None:
    out, place = tmp_path / "out", {"OUT": "out"}
    name, *rest = arguments
    given = [str(tmp_path / place.get(each, each)) if each[:4] in ("OUT", "FILE") else each for each in rest]
    assert living.run(name, *given, *BY) == 0
    events = {said(event).reader: event for event in exported(living)}
    assert {reader: (said(events[reader]).level, said(events[reader]).rows) for reader in readers} == readers
    for event in events.values():
        assert (event.who, said(event).purpose, said(event).command) == ("李四", "春运", name)
    # Each file that was written stands there with its digest, but for the guide and the register, which name nobody.
    files = [path for path in (*out.rglob("*"), *tmp_path.glob("FILE.*")) if path.is_file()]
    nobody = {"发放说明.txt", "名单编号表.csv"}
    known = {copy.path: copy.sha256 for copy in copies(exported(living))}
    assert set(known) == {path for path in files if path.name not in nobody}
    for path, digest in known.items():
        assert digest in ("", hashlib.sha256(path.read_bytes()).hexdigest())
    _code, shown, _err = living.said("log", "--json")
    assert "out" not in {key for event in json.loads(shown)["events"] for key in event["data"]}
    assert living.answer("log", "--check")["broken"] is None


@pytest.mark.parametrize("arguments", [("manifests", "-o", "OUT"), ("announce", "-o", "OUT", "--now", BEFORE)])
@pytest.mark.parametrize("purpose", [(), ("--for", ""), ("--for", " ")])
def test_full_ids_are_for_a_purpose(
    living: Living, tmp_path: Path, arguments: tuple[str, ...], purpose: tuple[str, ...]
) -> None:
    name, *rest = [str(tmp_path / "out") if each == "OUT" else each for each in arguments]
    code, _out, err = living.said(name, *rest, "--ids", "full", *purpose)
    assert (code, err.count("\n")) == (2, 1)
    assert "--for" in err
    assert not (tmp_path / "out").exists()
    assert not exported(living)


def test_a_check_before_the_first_plan_makes_a_ledger_only_for_what_it_takes_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    living = Living(tmp_path, capsys)
    assert living.run("check") == 0
    assert not (living.folder / "season.db").exists()
    assert living.run("check", "--html", tmp_path / "page.html") == 0
    assert not (living.folder / "season.db").exists()
    assert living.run("check", "--merged", tmp_path / "county.csv") == 0
    assert [said(event).reader for event in exported(living)] == ["bureau"]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_stands_is_noted_also_where_another_file_cannot_be_written(
    living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr("scheduler.reports.manifests.write.FEW_JOBS", 1)
    (tmp_path / "out" / "班次" / "2027-02-12.xlsx").mkdir(parents=True)  # in the way
    assert living.run("manifests", "-o", tmp_path / "out", "--workers", workers) == 2
    written = {path for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written
    assert {copy.path for copy in copies(exported(living))} == written


def test_a_ledger_that_takes_nothing_lets_nothing_out(
    living: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scheduler.season.ledger.ledger import Ledger

    def full(_ledger: Ledger) -> None:
        raise OutputError("x", "y", "z")

    monkeypatch.setattr(Ledger, "writing", full)
    for arguments in (
        ("manifests", "-o", tmp_path / "out"),
        ("check", "--merged", tmp_path / "out" / "a.csv"),
        ("daily", "2027-02-12", "-o", tmp_path / "out" / "b.xlsx"),
        ("settle", "-o", tmp_path / "out"),
    ):
        assert living.run(*map(str, arguments)) == 2
        assert not (tmp_path / "out").exists()


def test_every_page_says_for_whom_by_whom_when_and_which_copy(living: Living, tmp_path: Path) -> None:
    for number, folder in ((1, "one"), (2, "two")):
        out = tmp_path / folder
        assert living.run("manifests", "-o", out, "--workers", 1, "--by", f"李四 {id_number(9)}") == 0
        readers = {"承运企业": "承运企业", "乡镇": "乡镇", "公示": "公示", "班次": "随车人员、车长"}
        for place, reader in readers.items():
            paths = list((out / place).rglob("*.pdf"))
            assert paths
            for path in paths:
                for page in PdfReader(path).pages:
                    text = "".join(page.extract_text().split())
                    assert f"仅供{reader}使用" in text
                    assert f"第{number}份" in text
                    assert "李四" in text
                    assert id_number(9) not in text
        for path in out.rglob("*.xlsx"):
            for sheet in openpyxl.load_workbook(path):
                foot = sheet.oddFooter.left.text
                assert f"第 {number} 份" in foot
                assert "李四" in foot
                assert id_number(9) not in foot


def test_the_foot_of_a_workbook_is_never_too_long_for_excel(tmp_path: Path) -> None:
    import datetime as dt
    import re
    import zipfile

    from scheduler.reports.formats.document import Imprint, Sheet, Taken, Text
    from scheduler.reports.formats.xlsx import write_workbook

    taken = Taken("某" * 200, dt.datetime(2027, 2, 1, 9), 12345)
    imprint = Imprint("局" * 100, "0" * 50, "方" * 100, dt.date(2027, 2, 1), reader="&" * 40, taken=taken)
    write_workbook(tmp_path / "a.xlsx", [Sheet("签" * 31, "题", (Text("x"),))], imprint)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    (foot,) = re.findall("<oddFooter>(.*)</oddFooter>", xml, re.S)
    assert len(foot.replace("&amp;&amp;", "&").replace("&amp;", "&")) <= 255
