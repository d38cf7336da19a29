"""Tests of pins.csv."""
