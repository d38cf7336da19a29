"""Tests of pins that contradict each other."""
