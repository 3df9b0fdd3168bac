"""Fixtures for all rooms; `seed_warehouse` and `replay_folder` come from flows.testing."""

pytest_plugins = ["pytester"]
