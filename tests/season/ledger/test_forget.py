"""What is personal in a ledger can be removed; that it was there, and who took it out, stays."""

from __future__ import annotations

import pytest

from scheduler.errors import LedgerError
from scheduler.season.ledger.events import Entry, Erased, Exported, HandedOver
from scheduler.season.ledger.forget import forget
from scheduler.season.ledger.ledger import Ledger
from tests.season.ledger.builders import RUN, at, note, plan, told
from tests.season.ledger.conftest import Database

EXPORTED = Exported(command="manifests", rows=40, purpose="给运管所")


def fill(ledger: Ledger) -> None:
    ledger.append(
        [told(1), note("欧阳锋 called"), Entry(HandedOver(at=at(21), signed_by="欧阳锋"), run=RUN)], who="欧阳锋"
    )
    ledger.append([Entry(EXPORTED)], who="李四")
    ledger.store_plan(plan(), who="欧阳锋")


def test_what_is_personal_goes_and_the_chain_holds(database: Database) -> None:
    with database.open() as ledger:
        fill(ledger)
        forget(ledger, Erased(people=1, reason="期满"), who="王五")
        assert [(each.kind, each.who) for each in ledger.events()] == [
            ("told", ""),
            ("note", ""),
            ("handed_over", ""),
            ("exported", "李四"),
            ("planned", ""),
            ("erased", "王五"),
        ]
        assert ledger.events("exported")[0].data == EXPORTED
        assert ledger.check_chain() is None
        with pytest.raises(LedgerError, match="个人信息已经清除"):
            _ = ledger.salt
        with pytest.raises(LedgerError, match="没有第 1 号方案"):
            ledger.plan(1)
        assert ledger.last_plan() is None


def test_a_text_removed_after_the_erasure_is_found(database: Database) -> None:
    with database.open() as ledger:
        fill(ledger)
        forget(ledger, Erased(), who="")
        ledger.append([note("later")], who="")
        forget(ledger, Erased(), who="王五")
        assert ledger.check_chain() is None
        assert ledger.store_plan(plan(), who="") == 2
        assert ledger.check_chain() is None


@pytest.mark.parametrize("is_read_meanwhile", [False, True])
def test_nothing_is_left_in_the_bytes_of_the_folder(database: Database, is_read_meanwhile: bool) -> None:
    if database.url is not None:
        return
    with database.open() as ledger, database.open() as other:
        fill(ledger)
        salt = ledger.salt.hex().encode()
        name = "欧阳锋".encode()
        if is_read_meanwhile:
            assert len(other.events()) == 5
        found = b"".join(path.read_bytes() for path in database.folder().iterdir())
        assert name in found
        assert salt in found
        forget(ledger, Erased(), who="")
        found = b"".join(path.read_bytes() for path in database.folder().iterdir())
        assert name not in found
        assert salt not in found
