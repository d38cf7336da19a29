"""Every exception the program raises on purpose.

SchedulerError                 one line for the user: what, where, what to do
├── UsageError                 the command cannot be carried out as asked (exit 2)
│   └── SeasonError            the season folder or its season.toml cannot be read (exit 2)
├── InputError                 the inputs cannot be planned, or hold errors and --strict was asked (exit 1)
├── PlanError                  plan.json is missing or is not a plan (exit 1)
├── OutputError                a file or folder cannot be written (exit 2)
├── LedgerError                the season's ledger cannot be used, or does not hold what is asked for (exit 2)
│   └── DamagedLedgerError     its file is not whole (exit 2)
└── UnsoundPlanError           the solver made a plan that verify refuses: a defect of the program (exit 1)
"""

from __future__ import annotations


class SchedulerError(Exception):
    """A problem told to the user in one line.

    Parameters
    ----------
    what : str
        What is wrong, in the user's language.
    where : str
        File, sheet, row, column or key; empty when there is none.
    cure : str
        What to do about it; empty when nothing helps.
    """

    exit_code = 1

    def __init__(self, what: str, where: str = "", cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.cure = cure

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.cure:
            line = f"{line} -> {self.cure}"
        return " ".join(line.split())


class UsageError(SchedulerError):
    """The command cannot be carried out as asked."""

    exit_code = 2


class SeasonError(UsageError):
    """The season folder, or its season.toml, cannot be read."""


class InputError(SchedulerError):
    """The inputs cannot be planned as they are, or hold errors and the caller asked to refuse them."""


class PlanError(SchedulerError):
    """There is no plan, or the file is not one."""


class OutputError(SchedulerError):
    """A file or folder cannot be written."""

    exit_code = 2


class LedgerError(SchedulerError):
    """The season's ledger cannot be read or written, or does not hold what is asked for."""

    exit_code = 2


class DamagedLedgerError(LedgerError):
    """The ledger's file is not whole."""


class UnsoundPlanError(SchedulerError):
    """The solver made a plan that verify refuses: a defect of the program, never of the input."""
