"""prefect.yaml against Prefect's own models: a mistyped key vanishes there without a word."""

from __future__ import annotations

import inspect
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLAN = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))


@pytest.fixture(params=PLAN["deployments"], ids=lambda deployment: deployment["name"])
def deployment(request: pytest.FixtureRequest) -> dict[str, Any]:
    plan: dict[str, Any] = request.param
    return plan


def test_every_key_is_known(deployment: dict[str, Any]) -> None:
    from prefect.cli.deploy import _models as models

    assert PLAN.keys() <= models.PrefectYamlModel.model_fields.keys()
    assert deployment.keys() <= models.DeploymentConfig.model_fields.keys()
    assert deployment["work_pool"].keys() <= models.WorkPoolConfig.model_fields.keys()
    assert deployment["concurrency_limit"].keys() <= models.ConcurrencyLimitSpec.model_fields.keys()
    for schedule in deployment["schedules"]:
        assert schedule.keys() <= models.RawScheduleConfig.model_fields.keys()
    checked = models.PrefectYamlModel.model_validate(PLAN)
    assert len(checked.deployments) == len(PLAN["deployments"])
    assert checked.deployments[0].concurrency_limit.collision_strategy == "ENQUEUE"


def test_the_entrypoint_is_a_flow_that_takes_the_parameters(deployment: dict[str, Any]) -> None:
    from prefect.flows import load_flow_from_entrypoint

    file, _, name = deployment["entrypoint"].partition(":")
    flow = load_flow_from_entrypoint(f"{ROOT / file}:{name}", use_placeholder_flow=False)
    assert flow.name == name
    inspect.signature(flow.fn).bind(**deployment["parameters"])
    flow.validate_parameters(deployment["parameters"])
    described = flow.parameters.model_dump()["properties"]
    assert all(described[key].get("description") for key in described), described


def test_prefect_takes_every_setting_of_the_project() -> None:
    from prefect.settings import Settings

    def walk(table: dict[str, Any], model: Any) -> None:
        for key, value in table.items():
            assert key in type(model).model_fields, key
            if isinstance(value, dict):
                walk(value, getattr(model, key))
            else:
                type(model).__pydantic_validator__.validate_assignment(model, key, value)

    walk(tomllib.loads((ROOT / "prefect.toml").read_text("utf-8")), Settings())
