"""Return-trip transport scheduler: rosters in, verified coach and train plans with a proven bound, manifests out."""

__version__ = "0.1.0"
