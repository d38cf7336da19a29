"""Parameters from a TOML file: every one of them can be set, and what cannot be used is refused in one line."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from scheduler.errors import UsageError
from scheduler.solver.bound.params import PricingParams
from scheduler.solver.params import SolveParams
from scheduler.solver.params_file import DIVISORS, load_params


def written(folder: Path, text: str) -> Path:
    path = folder / "params.toml"
    path.write_text(text, encoding="utf-8")
    return path


def leaves(params: Any, section: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield section, name and default of every parameter."""
    if isinstance(params, Mapping):
        present = dict(params)
    elif isinstance(params, PricingParams):
        present = params._asdict()
    else:
        present = {each.name: getattr(params, each.name) for each in dataclasses.fields(params)}
    for name, value in present.items():
        if dataclasses.is_dataclass(value) or isinstance(value, Mapping | PricingParams):
            yield from leaves(value, f"{section}.{name}".lstrip("."))
        else:
            yield section, name, value


LEAVES = list(leaves(SolveParams()))


def test_all_parameters_are_gathered() -> None:
    sections = {section for section, _, _ in LEAVES}
    assert {
        "",
        "search",
        "search.mip",
        "search.local_search",
        "bound.pricing",
        "bound.branching.first_gains",
    } <= sections
    assert {name for _, name, _ in LEAVES} >= DIVISORS


@pytest.mark.parametrize(("section", "name", "default"), LEAVES)
def test_each_can_be_set(section: str, name: str, default: Any, tmp_path: Path) -> None:
    value = [default[0] + 1, default[0] + 2] if isinstance(default, tuple) else default + 1
    text = f'{f"[{section}]" if section else ""}\n"{name}" = {value}\n'
    params: Any = load_params(written(tmp_path, text))
    for step in section.split(".") if section else ():
        params = params[step] if isinstance(params, Mapping) else getattr(params, step)
    found = params[name] if isinstance(params, Mapping) else getattr(params, name)
    assert found == (tuple(value) if isinstance(value, list) else value)
    assert type(found) is type(default)


@pytest.mark.parametrize("text", ["", "[search]\n", "[search.mip]\n[bound.master]\n", "\ufeff# nothing\n"])
def test_what_is_not_named_keeps_its_default(text: str, tmp_path: Path) -> None:
    assert load_params(written(tmp_path, text)) == SolveParams()


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        ("whole_limit = 3", "whole_limit", "write whole_limit_s"),
        ("[search]\nblock_persons = 3", "search.block_persons", "no such parameter"),
        ("[search.mip]\nspare_service = 3", "search.mip.spare_service", "write spare_services"),
        ("[mip]\nrounds = 3", "mip", "no such parameter"),
        ("[bound.branching.first_gains]\ntrains = 0.1", "bound.branching.first_gains.trains", "write train,"),
        ("search = 3", "search", "write a line [search]"),
        ("[search]\nmip = [1]", "search.mip", "write a line [search.mip]"),
        ("[search.mip]\nrounds = 2.5", "search.mip.rounds", "a whole number from 0"),
        ("[search.mip]\nrounds = true", "search.mip.rounds", "cannot be True"),
        ("[search.mip]\nrounds = '6'", "search.mip.rounds", "cannot be 6"),
        ("[search.mip]\nrounds = -1", "search.mip.rounds", "cannot be -1"),
        ("[search.mip]\nrounds = 99999999999999999999999", "search.mip.rounds", "to 1000000000"),
        ("whole_share = nan", "whole_share", "cannot be nan"),
        ("whole_share = inf", "whole_share", "cannot be inf"),
        ("[search]\nzone_people_per_s = 0", "search.zone_people_per_s", "from 1 to"),
        ("[search.local_search]\nfar_km = 0.0", "search.local_search.far_km", "cannot be 0.0"),
        ("[search]\nday_weights = 3", "search.day_weights", "not a list"),
        ("[search]\nday_weights = []", "search.day_weights", "not a list"),
        ("[search]\nday_weights = [1.0, 'x']", "search.day_weights", "cannot be x"),
        ("[search\n", "params.toml", "not TOML"),
        ("a = " + "[" * 5000, "params.toml", "->"),
    ],
)
@pytest.mark.usefixtures("english")
def test_what_cannot_be_used_is_refused_in_one_line(text: str, where: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        load_params(written(tmp_path, text))
    assert "\n" not in str(refused.value)
    assert where in refused.value.where
    assert told in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes("# 参数".encode("gb18030"))
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "gbk.toml"):
        with pytest.raises(UsageError) as refused:
            load_params(path)
        assert str(path) in str(refused.value)
