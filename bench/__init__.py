"""Ratios of our cost to that of peers, measured in the same run."""
