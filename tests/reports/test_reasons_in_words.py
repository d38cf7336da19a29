"""Why somebody has no seat, in the words of who reads it."""

import pytest

from scheduler.plan import Unserved
from scheduler.reports.reasons_in_words import clerk_reason


def left(code: str, proof: str) -> Unserved:
    scope = "all_plans" if proof == "no_option" else "rest_as_planned"
    fields = {"party": "P1", "persons": ("a",), "refs": ("r",), "reason": "x", "remedy": "y", "extra_cost": None}
    return Unserved.model_validate(fields | {"code": code, "proof": proof, "scope": scope})


@pytest.mark.parametrize(("proof", "said"), [("no_option", "没有能让本人上车"), ("conflict", "列车已满")])
def test_no_train_at_all_and_a_full_one_are_two_reasons(proof: str, said: str) -> None:
    assert said in clerk_reason(left("U204", proof))
