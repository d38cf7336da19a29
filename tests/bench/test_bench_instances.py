"""Public sets as problems: scaled so that costs come back exactly, infeasible never cheaper."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.baselines.by_hand import plan_by_hand
from scheduler.baselines.naive import plan_naively
from scheduler.bench.public_sets import original_objective, read_set
from scheduler.errors import UsageError
from scheduler.evaluate import Evaluator
from scheduler.verify import verify


def write_vsbpp(folder: Path, sizes: list[int], bins: list[tuple[int, int]]) -> Path:
    path = folder / "prob_1.txt"
    pairs = " ".join(f"{capacity} {cost}" for capacity, cost in bins)
    path.write_text(f"{len(sizes)} {len(bins)} 1 1\n{pairs}\n{' '.join(map(str, sizes))}\n")
    return path


def write_sscflp(folder: Path, capacity, fixed, demand, costs) -> Path:
    path = folder / "Lib_1_p2.txt"
    lines = [f"{len(capacity)} {len(demand)}", *(" ".join(map(str, row)) for row in (capacity, fixed, demand, *costs))]
    path.write_text("\n".join(lines))
    return path


def best_sscflp(capacity, fixed, demand, costs) -> float:
    best = float("inf")
    for choice in product(range(len(capacity)), repeat=len(demand)):
        loads = [
            sum(d for d, i in zip(demand, choice, strict=True) if i == facility) for facility in range(len(capacity))
        ]
        if all(load <= most for load, most in zip(loads, capacity, strict=True)):
            total = sum(fixed[i] for i in set(choice)) + sum(costs[j][i] for j, i in enumerate(choice))
            best = min(best, total)
    return best


def test_vsbpp_items_become_parties_and_costs_come_back_exactly(tmp_path):
    write_vsbpp(tmp_path, [60, 50, 40, 30], [(100, 100), (120, 115)])
    (instance,) = read_set("vsbpp", tmp_path)
    assert [party.size for party in instance.problem.parties] == [60, 50, 40, 30]
    plan = plan_naively(instance.problem, 10, workers=1)
    assert verify(instance.problem, plan) == []
    assert original_objective(instance, plan) == plan.cost.total / instance.unit_fen == 200
    assert instance.bound(19_901) == 200
    assert instance.bound(None) is None


def test_leaving_an_item_never_pays(tmp_path):
    write_vsbpp(tmp_path, [1, 100], [(100, 100), (150, 100_000)])
    (instance,) = read_set("vsbpp", tmp_path)
    dearest = max(each.fixed_cost_fen for each in instance.problem.vehicle_types)
    assert all(
        instance.problem.settings.policy.unserved_cost_fen * p.weight > dearest for p in instance.problem.parties
    )


def test_bpp_files_hold_several_problems_and_decimals(tmp_path):
    (tmp_path / "b.txt").write_text(
        "9\n u3_0\n 10 3 2\n5\n5\n6\n t3_1\n 100.0 3 1\n50.1\n25.0\n24.9\n cut\n 10 4 3\n5\n"
    )
    first, second = read_set("bpp", tmp_path)
    assert (first.name, first.known, second.name, second.known) == ("u3_0", 2, "t3_1", 1)
    assert [party.size for party in second.problem.parties] == [501, 250, 249]
    assert second.problem.vehicle_types[0].rated_seats == 1000
    assert original_objective(second, plan_by_hand(second.problem)) == 1


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=5),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
def test_sscflp_fen_are_never_above_and_less_than_a_unit_below_the_true_cost(tmp_path_factory, demand, facilities, rng):
    capacity = [sum(demand)] * facilities
    fixed = [rng.randint(0, 500) for _ in capacity]
    costs = [[rng.randint(0, 99) for _ in capacity] for _ in demand]
    path = write_sscflp(tmp_path_factory.mktemp("set"), capacity, fixed, demand, costs)
    (instance,) = read_set("sscflp", path)
    plan = plan_naively(instance.problem, 10, workers=1)
    true = original_objective(instance, plan)
    assert true == best_sscflp(capacity, fixed, demand, costs)
    assert 0 <= true * instance.unit_fen - plan.cost.total < instance.unit_fen
    assert instance.bound(plan.cost.total) <= true


def test_sscflp_knows_its_optimum_and_closes_all_but_its_own_stations(tmp_path):
    write_sscflp(tmp_path, [10, 10], [100, 50], [4, 6], [[1, 2], [3, 4.5]])
    (tmp_path / "Lib_1_optima.txt").write_text("7\n104.5\n")
    (instance,) = read_set("sscflp", tmp_path)
    assert instance.known == 104.5
    assert not instance.integer
    assert set(Evaluator(instance.problem).access_fen("customer 0")) == {"facility 0", "facility 1"}
    assert original_objective(instance, plan_naively(instance.problem, 10, workers=1)) == 56.5


def test_the_true_cost_of_a_plan_has_no_rounding_errors(tmp_path):
    write_sscflp(tmp_path, [10], [0], [1] * 10, [[0.1]] * 10)
    (instance,) = read_set("sscflp", tmp_path)
    assert original_objective(instance, plan_naively(instance.problem, 10, workers=1)) == 1.0


def test_sscflp_with_small_demands_and_large_costs_stays_within_the_limits_of_the_policy(tmp_path):
    write_sscflp(tmp_path, [50_000], [10_000], [1, 40_000], [[900_000], [5]])
    (instance,) = read_set("sscflp", tmp_path)
    assert original_objective(instance, plan_naively(instance.problem, 10, workers=1)) == 910_005


def test_a_plan_that_leaves_someone_has_no_objective(tmp_path):
    write_vsbpp(tmp_path, [60, 500], [(100, 100)])
    (instance,) = read_set("vsbpp", tmp_path)
    assert original_objective(instance, plan_by_hand(instance.problem)) is None


@pytest.mark.parametrize("name", ["vsbpp", "sscflp", "bpp"])
@pytest.mark.parametrize("content", ["", "3 x", "5 2 1 1\n100 100\n3 4 5", "2 2\n1 1\n1"])
def test_a_file_of_no_set_is_refused_in_one_line(tmp_path, name, content):
    (tmp_path / "odd.txt").write_text(content)
    with pytest.raises(UsageError) as caught:
        list(read_set(name, tmp_path))
    assert "odd.txt" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_without_instances_is_refused(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError):
            list(read_set("bpp", folder))


def test_files_come_in_natural_order(tmp_path):
    for number in (10, 9, 1):
        write_vsbpp(tmp_path, [random.Random(number).randint(1, 9)], [(10, 1)]).rename(tmp_path / f"prob_{number}.txt")
    assert [instance.name for instance in read_set("vsbpp", tmp_path)] == ["prob_1", "prob_9", "prob_10"]
