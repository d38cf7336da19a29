"""What steers the search: each figure with a caption, its unit in the name, and its default."""

from __future__ import annotations

from dataclasses import dataclass, field

from scheduler.solver.mip.params import MipParams


@dataclass(frozen=True)
class LocalSearchParams:
    """What steers `LocalSearch`."""

    pairs_priced: int = 150
    """(day, work set) pairs priced in a step, those of greatest possible worth."""

    pairs_priced_for_one: int = 20
    """The same when one run is exchanged for another."""

    openings_for_one: int = 6
    """Runs tried instead of one, those of greatest worth."""

    moves_a_step: int = 40
    """Runs opened, and runs closed, at most between two pricings of the whole block."""

    gain_to_retry: float = 0.001
    """A step that lowers the cost by this share makes moves worth trying that failed before."""

    near_runs: int = 40
    """A move is judged by seating anew the people of so many runs, the nearest in days + km / `far_km`."""

    far_km: float = 150.0
    """Kilometres that count as a day."""

    far_days: float = 4.5
    """Runs so far off or farther are not seated anew."""

    spare_seats_valued: int = 8
    """When a run is refitted, so many spare seats count at the seat price."""

    seat_price_valued_fen: int = 100_000
    """A spare seat counts at this price at most."""


@dataclass(frozen=True)
class TrainSearchParams:
    """What steers the search where trains run alone."""

    moves_s: float = 1.5
    """Seconds of one local search."""

    moves_rounds: int = 40
    """Its rounds, where work is counted instead of time."""

    first_pairs: int = 1_500
    """Pairs of a train and a class in the first program, those of least excess."""

    more_pairs: float = 2.0
    """A program that was solved is followed by one with so many times more pairs."""

    program_s: float = 10.0
    """Seconds of the first program."""

    more_s: float = 1.5
    """A program that was not solved is followed by one with so many times more seconds."""


@dataclass(frozen=True)
class SearchParams:
    """What steers `Search`; `local_search`, `trains` and the programs (`mip`) are steered by figures of their own."""

    local_search: LocalSearchParams = field(default_factory=LocalSearchParams)
    """What steers the local search within a block."""

    trains: TrainSearchParams = field(default_factory=TrainSearchParams)
    """What steers the search where trains run alone."""

    mip: MipParams = field(default_factory=MipParams)
    """What steers the programs, those of blocks and that of the whole problem."""

    # Which neighbourhood ---------------------------------------------------------------------------------------------

    small_region_people: int = 450
    """A region of so few people is remade as one block before the relaxation guides."""

    whole_season_parties: int = 800
    """A season of so few parties is one program over the near services."""

    season_rest: float = 1.0
    """After a program of the season blocks have so many times as long as it took, twice that after one in vain, four
    times after two in a row: else all time of 1,000 people goes to programs, and a few blocks save as much."""

    region_parties: int = 800
    """A region of so few parties, in a larger season, is one program over its near services: beside regions that are
    larger, smaller blocks save more in the time."""

    quick_region_parties: int = 200
    """The program of a region of so few parties is solved again whenever there are other near services."""

    region_news: float = 1.0
    """That of more parties when this share of the near services is new, twice as much after each in vain: of 394
    parties it took 34 s for nothing after two fifths were new, where blocks would have gained 6,700 yuan."""

    most_misses: int = 50
    """After so many removals in a row that hold nobody the search is over."""

    exchange_parties: int = 1_500
    """A region of more parties is not exchanged: blocks, which can be many at once, gain more in the time."""

    exchange_again: float = 4e-3
    """Runs of a region are exchanged again when that has saved this share of its cost: blocks soon save more."""

    # What is taken out -----------------------------------------------------------------------------------------------

    block_people: int = 220
    """People of a block that does not take everybody, roughly."""

    loss_people: tuple[int, ...] = (100, 150, 220)
    """The same around a loss, one or another for each block: where people are dense small blocks gain more in the time,
    where they are thin large ones."""

    near_people: tuple[int, ...] = (300, 500, 800)
    """The same where the services are given: small blocks gain most at first, large ones when these find little."""

    near_s: tuple[float, ...] = (2.5, 20.0, 30.0)
    """Seconds of these: with 2 instead of 6, the smallest gain a quarter to two fifths more in the time."""

    near_spares: tuple[int, ...] = (15, 15, 30)
    """Services beyond those in use that these have at last: 60 find as much in 300 people, in three times the time."""

    kind_half_life_s: float = 120.0
    """What a kind of block around losses has gained counts half after so many seconds of others."""

    kind_least_shares: tuple[float, ...] = (0.5, 0.5, 0.15, 0.15)
    """Each kind, those that price first, has at least this share of the time of the one that gains most: what small
    blocks gain comes in single gains of 2,000 to 5,000 yuan, one in some 20 blocks, so their mean says little."""

    draws: int = 8
    """A block whose runs are much the same as those of one in vain is drawn anew, so often at most: of 240 blocks of
    300 people drawn from one plan of 5,000, 132 are different and 173 much the same as one before."""

    alike_share: float = 0.75
    """Two blocks are much the same when so many of the runs of both are in each."""

    most_in_vain: int = 300
    """So many blocks of a kind in vain are remembered."""

    worse_share: float = 2e-3
    """By the clock the current solution may cost so much more than the best one at first, less and less to the end."""

    noise: float = 0.02
    """A block over near services whose runs are those of one in vain is remade with costs of opening that are so much
    off, a share of them, while the solution may be worse."""

    near_share: float = 0.9
    """Where work is counted instead, this share of these blocks is over given services, once a guide names some."""

    near_stops: int = 20
    """Work stops within which these services are."""

    block_stops: int = 6
    """Work stops whose combinations a block tries; with n stops there are n + n(n-1)/2 + ... work sets."""

    block_near_services: int = 60
    """Near services that a block is given."""

    day_weights: tuple[float, ...] = (0.3, 0.7, 1.5)
    """What a day away counts beside half a work radius, one or another for each block."""

    loss_fen: int = 100_000
    """A run that loses so much or more counts as half a work radius nearer."""

    # Limits by the clock ---------------------------------------------------------------------------------------------

    block_s: float = 3.0
    """Seconds of one block: twice as many gain at most an eighth more a block, and a sixth less in the time."""

    program_s: float = 25.0
    """Seconds that a program over near services has at least: HiGHS needs 5 to 20 for a good plan."""

    program_share: float = 0.3
    """It has this share of the seconds left if that is more."""

    first_program_s: float = 8.0
    """Seconds of a program over the whole season before branching has told which services it uses."""

    first_cut_up_share: float = 0.3
    """`MipParams.cut_up_share` of that program: from a poor plan runs of parties cut up are a quick first step. In the
    others whole parties decide at once which runs go: they save more, or the same sooner."""

    region_s: float = 15.0
    """Seconds of a program over a region at most: of some 400 parties those of 15 to 42 s saved 0 to 1,900 yuan, no
    more than 45 a second, where one that ended after 11 had saved 16,836."""

    region_share: float = 0.8
    """And this share of the seconds left at most."""

    long_used_share: float = 0.8
    """`MipParams.used_share` for it."""

    season_used_share: float = 0.3
    """`MipParams.used_share` for a program over the whole season: what it saves are services that its LP does not
    use."""

    zone_s: float = 15.0
    """Seconds of one local search over a zone. One that got better has another go."""

    zone_people_per_s: int = 2_500
    """It has a second more for each so many people."""

    exchange_s: float = 10.0
    """Seconds of a local search that exchanges runs, too."""

    exchange_people_per_s: int = 60
    """It has a second more for each so many people; it mostly ends before."""

    least_s: float = 1.5
    """With fewer seconds left no block is begun."""

    beside_share: float = 0.85
    """A task in another process has this share of the time left at most."""

    here_share: float = 0.3
    """A task in this process has only this share: while it runs no guide is received."""

    margin_s: float = 0.5
    """Seconds less than that share, and the least that a task is given."""

    poll_s: float = 0.2
    """Seconds between looks at guides, results and the wish to stop."""

    # Limits by work, where a result must not depend on the clock -----------------------------------------------------

    block_nodes: int = 100
    """Branch and bound nodes of a block's program."""

    whole_problem_nodes: int = 500
    """Those of the whole problem's program."""

    zone_steps: int = 20
    """Steps of a local search."""
