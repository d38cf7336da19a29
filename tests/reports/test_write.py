"""Every file of a plan: what each reader sees, hostile names, file modes, what is told afterwards."""

from __future__ import annotations

import csv
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from scheduler.errors import OutputError, PlanError
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reports.book import Book
from scheduler.reports.formats.document import printable
from scheduler.reports.manifests.jobs import Jobs
from scheduler.reports.manifests.write import Written, write_all
from scheduler.reports.visibility import READERS, IdChoice, Reader, Show, View
from tests.builders import person
from tests.reports_season import HOSTILE_NAMES, ids, season

MASKED_ID = re.compile(r"(?<!\d)\*{4,}\d{3}[\dX](?!\d)")
FOLDER_OF: dict[Reader, str] = {
    "escort": "班次",
    "carrier": "承运企业",
    "railway": "铁路团体票",
    "township": "乡镇",
    "station": "到达地服务站",
    "public": "公示",
    "message": "短信",
}


@pytest.fixture(scope="module")
def planned() -> tuple[Problem, Plan]:
    return season()


@pytest.fixture(scope="module")
def outputs(
    planned: tuple[Problem, Plan], tmp_path_factory: pytest.TempPathFactory
) -> dict[IdChoice, tuple[Path, Written]]:
    """Write the season once for each choice of IDs."""
    made: dict[IdChoice, tuple[Path, Written]] = {}
    choices: tuple[IdChoice, ...] = ("masked", "full", "none")
    for choice in choices:
        folder = tmp_path_factory.mktemp(choice)
        made[choice] = folder, write_all(*planned, folder, choice, workers=1)
    return made


def text_of(path: Path) -> str:
    """Return all text of a file."""
    if path.suffix == ".pdf":
        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return "\n".join(str(c.value) for ws in book for row in ws.iter_rows() for c in row if c.value is not None)
    return path.read_text(encoding="utf-8-sig")


def files_of(folder: Path, reader: Reader) -> Iterator[Path]:
    """Yield the files meant for a reader."""
    for path in (folder / FOLDER_OF[reader]).rglob("*"):
        is_bureau = path.suffix == ".xlsx" and path.parent.name == "班次"
        if path.is_file() and not (reader == "escort" and is_bureau):
            yield path


@pytest.mark.parametrize("choice", ["masked", "full", "none"])
@pytest.mark.parametrize("reader", list(FOLDER_OF))
def test_each_reader_sees_what_the_table_says(
    reader: Reader, choice: IdChoice, outputs: dict[IdChoice, tuple[Path, Written]], planned: tuple[Problem, Plan]
) -> None:
    texts = {path: text_of(path) for path in files_of(outputs[choice][0], reader)}
    assert texts, reader
    level = View(reader, choice).id_level
    for path, text in texts.items():
        full = any(number in text for number in ids(planned[0]))
        assert full == (level is Show.FULL), path
        if reader == "township" and "罗渡" not in path.name and "顾县" not in path.name:
            continue
        assert bool(MASKED_ID.search(text)) == (level is Show.MASKED), path
        if "收不到" in path.name:
            continue
        phone = "13800000000" in text or "13900000000" in text
        assert phone == (READERS[reader].phone is Show.FULL), path
        if READERS[reader].name is Show.MASKED:
            assert "罗0" not in text
            assert "阿不都" not in text


def test_the_day_workbook_follows_the_choice(
    outputs: dict[IdChoice, tuple[Path, Written]], planned: tuple[Problem, Plan]
) -> None:
    for choice, (folder, _written) in outputs.items():
        text = text_of(folder / "班次" / "2027-02-10.xlsx")
        assert any(number in text for number in ids(planned[0])) == (choice == "full")
        assert bool(MASKED_ID.search(text)) == (choice == "masked")


def test_only_a_full_output_holds_full_ids_anywhere(
    outputs: dict[IdChoice, tuple[Path, Written]], planned: tuple[Problem, Plan]
) -> None:
    for choice in ("masked", "none"):
        for path in outputs[choice][0].rglob("*.*"):
            if path.is_file():
                text = text_of(path)
                assert not any(number in text for number in ids(planned[0])), path


def test_pdf_text_equals_the_names(outputs: dict[IdChoice, tuple[Path, Written]]) -> None:
    folder = outputs["masked"][0]
    [pack] = (folder / "班次").rglob("R1.pdf")
    text = "".join(text_of(pack).split())
    for name in HOSTILE_NAMES:
        expected = printable(name).replace("😀", "〓")
        assert "".join(expected.split()) in text, name


def test_workbooks_hold_names_as_text_never_as_formulas(outputs: dict[IdChoice, tuple[Path, Written]]) -> None:
    names = {printable(name) for name in HOSTILE_NAMES}
    for path in outputs["masked"][0].rglob("*.xlsx"):
        seen = set()
        for sheet in openpyxl.load_workbook(path):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (path, cell.coordinate, cell.value)
                    assert cell.hyperlink is None
                    seen.add(cell.value)
        if path.name == "2027-02-10.xlsx":
            assert names <= seen


def test_missing_glyphs_are_reported_with_their_row(
    outputs: dict[IdChoice, tuple[Path, Written]], planned: tuple[Problem, Plan]
) -> None:
    written = outputs["masked"][1]
    [(character, ref)] = written.without_glyph
    assert character == "😀"
    names = {p.ref: p.name for one in planned[0].parties for p in one.people}
    assert "😀" in names[ref]
    [pack] = (outputs["masked"][0] / "班次").rglob("R1.pdf")
    assert "U+1F600" in text_of(pack)


def test_files_are_private_and_counted(outputs: dict[IdChoice, tuple[Path, Written]]) -> None:
    folder, written = outputs["masked"]
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == written.files
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_messages_are_short_and_go_to_a_phone_of_the_party(outputs: dict[IdChoice, tuple[Path, Written]]) -> None:
    folder, written = outputs["masked"]
    with (folder / "短信" / "短信.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert len(rows) + written.without_phone == 43
    long = [text for _phone, text in rows if len(text) > 70]
    assert all("长长长" in text for text in long)
    assert all(phone.isdigit() for phone, _text in rows)
    assert not any(text.startswith(("=", "+", "-", "@")) for _phone, text in rows)
    assert any("座" in text and "顾县" in text and "R1" in text for _phone, text in rows)


def test_older_files_are_named(planned: tuple[Problem, Plan], tmp_path: Path) -> None:
    (tmp_path / "班次").mkdir()
    (tmp_path / "班次" / "2026-02-10.xlsx").write_text("old")
    assert write_all(*planned, tmp_path, workers=1).older == (tmp_path / "班次" / "2026-02-10.xlsx",)


def test_an_unwritable_folder_is_one_error_and_no_half_file(planned: tuple[Problem, Plan], tmp_path: Path) -> None:
    blocked = tmp_path / "out"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(OutputError) as caught:
        write_all(*planned, blocked, workers=1)
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_leaves_no_half_file(
    planned: tuple[Problem, Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="磁盘已满"):
        write_all(*planned, tmp_path, workers=1)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_many_files_are_spread_over_processes_and_are_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.reports.manifests.write.FEW_JOBS", 1)
    asked, plan = season(names=("张三",))
    told: list[tuple[int, int]] = []
    both = write_all(
        asked, plan, tmp_path / "two", workers=2, on_progress=lambda done, total: told.append((done, total))
    )
    alone = write_all(asked, plan, tmp_path / "one", workers=1)
    assert both == alone
    assert told[-1] == (both.files, both.files)
    assert [path.relative_to(tmp_path / "two") for path in sorted((tmp_path / "two").rglob("*"))] == [
        path.relative_to(tmp_path / "one") for path in sorted((tmp_path / "one").rglob("*"))
    ]


def test_a_plan_of_other_rosters_is_refused(planned: tuple[Problem, Plan]) -> None:
    asked, plan = planned
    stranger = plan.runs[0].passengers[0].model_copy(update={"person": "0" * 16, "ref": "roster/x.xlsx!S!9"})
    run = plan.runs[0].model_copy(update={"passengers": (stranger,)})
    with pytest.raises(PlanError, match=r"roster/x\.xlsx!S!9"):
        Book(asked, plan.model_copy(update={"runs": (run,)}))


def test_an_empty_plan_writes_what_there_is(planned: tuple[Problem, Plan], tmp_path: Path) -> None:
    asked, plan = planned
    written = write_all(asked, plan.model_copy(update={"runs": (), "unserved": ()}), tmp_path, workers=1)
    assert written.files == 2


def test_every_reader_has_a_row() -> None:
    view_of = {reader: View(reader, "full") for reader in READERS}
    someone = person(id_number="51162119900101000X", phone="13800001234", name="张三")
    assert view_of["public"].name(someone) == "张*"
    assert view_of["public"].phone(someone) == "138****1234"
    assert [reader for reader, view in view_of.items() if view.shows_full_id] == ["bureau", "carrier", "railway"]
    assert not view_of["staff"].name(someone)


@pytest.mark.parametrize(("style", "mask"), [("tail4", r"(?<!\d)\*{14}"), ("head6tail4", r"\d{6}\*{8}")])
def test_one_mask_stands_on_every_list(planned: tuple[Problem, Plan], style: str, mask: str) -> None:
    asked, plan = planned
    policy = asked.settings.policy.model_copy(update={"id_mask": style})
    asked = replace(asked, settings=asked.settings.model_copy(update={"policy": policy}))
    text = str([job.sheets() for job in Jobs(Book(asked, plan), "masked").all if job.path.suffix == ".xlsx"])
    assert re.search(mask, text)
    assert len(re.findall(mask + "[0-9X]{4}", text)) == len(re.findall(r"\*{8,}[0-9X]{4}", text))
