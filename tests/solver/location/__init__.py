"""Tests of scheduler.solver.location."""
