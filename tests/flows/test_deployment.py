"""prefect.yaml against Prefect's own models: a mistyped key vanishes there without a word."""

from __future__ import annotations

import asyncio
import copy
import inspect
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLAN = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
TRIGGERED = [
    (deployment, trigger)
    for deployment in PLAN["deployments"]
    for trigger in deployment.get("triggers", ())
]
OF_A_TRIGGER = {"parameters", "job_variables"}
"""Keys that are not the trigger's own but those of the run that it makes."""


@pytest.fixture(params=PLAN["deployments"], ids=lambda deployment: deployment["name"])
def deployment(request: pytest.FixtureRequest) -> dict[str, Any]:
    plan: dict[str, Any] = request.param
    return plan


def flow_of(deployment: dict[str, Any]) -> Any:
    from prefect.flows import load_flow_from_entrypoint

    file, _, name = deployment["entrypoint"].partition(":")
    return load_flow_from_entrypoint(f"{ROOT / file}:{name}", use_placeholder_flow=False)


def test_every_key_is_known(deployment: dict[str, Any]) -> None:
    from prefect.cli.deploy import _models as models

    assert PLAN.keys() - {"definitions"} <= models.PrefectYamlModel.model_fields.keys()
    assert deployment.keys() <= models.DeploymentConfig.model_fields.keys()
    assert deployment["work_pool"].keys() <= models.WorkPoolConfig.model_fields.keys()
    assert deployment["concurrency_limit"].keys() <= models.ConcurrencyLimitSpec.model_fields.keys()
    checked = models.PrefectYamlModel.model_validate(PLAN)
    assert len(checked.deployments) == len(PLAN["deployments"])


def test_names_are_unique_and_all_are_of_the_version_of_the_package() -> None:
    names = [deployment["name"] for deployment in PLAN["deployments"]]
    assert set(names) == {
        "monitor", "recheck", "process", "announce", "digest", "upkeep", "report", "replay",
    }  # fmt: skip
    assert len(names) == len(set(names))
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {one["version"] for one in PLAN["deployments"]} == {package["version"]}


def test_the_entrypoint_is_a_flow_that_takes_the_parameters(deployment: dict[str, Any]) -> None:
    flow = flow_of(deployment)
    assert flow.name == deployment["entrypoint"].partition(":")[2] == deployment["name"]
    inspect.signature(flow.fn).bind(**deployment["parameters"])
    flow.validate_parameters(deployment["parameters"])
    described = flow.parameters.model_dump()["properties"]
    assert all(described[key].get("description") for key in described), described
    assert flow.persist_result is False


def test_each_schedule_says_when_in_a_time_zone(deployment: dict[str, Any]) -> None:
    from prefect.cli.deploy import _models as models
    from prefect.client.schemas.schedules import construct_schedule
    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

    kinds = {"cron": CronSchedule, "interval": IntervalSchedule, "rrule": RRuleSchedule}
    slugs = [schedule["slug"] for schedule in deployment["schedules"]]
    assert slugs and len(slugs) == len(set(slugs))
    for schedule in deployment["schedules"]:
        read = models.RawScheduleConfig.model_validate(schedule)
        assert read.timezone
        [kind] = kinds.keys() & schedule.keys()
        built = construct_schedule(
            cron=read.cron, interval=read.interval, rrule=read.rrule, timezone=read.timezone
        )
        given = built.model_dump(exclude_none=True)
        moments = asyncio.run(kinds[kind](**given).get_dates(3, datetime(2026, 3, 29, tzinfo=UTC)))
        assert len(set(moments)) == 3


@pytest.mark.parametrize(("deployment", "trigger"), TRIGGERED, ids=lambda one: one["name"])
def test_each_trigger_expects_an_event_and_gives_what_the_flow_takes(
    deployment: dict[str, Any], trigger: dict[str, Any]
) -> None:
    from prefect.cli.deploy._triggers import _initialize_deployment_triggers
    from prefect.events.schemas.automations import EventTrigger

    known = set(EventTrigger.model_fields) | OF_A_TRIGGER | {"name", "description", "enabled"}
    assert trigger.keys() <= known
    assert trigger["expect"] and all(name for name in trigger["expect"])  # else all fire it
    assert trigger["match"]
    [built] = _initialize_deployment_triggers(deployment["name"], [dict(trigger)])
    built.set_deployment_id(UUID(int=7))
    automation = built.as_automation()
    assert isinstance(automation.trigger, EventTrigger)
    assert automation.trigger.expect == set(trigger["expect"])
    assert automation.enabled
    flow = flow_of(deployment)
    given = rendered(trigger.get("parameters", {}), {"waiting": 3})
    flow.validate_parameters(deployment["parameters"] | given)
    if "landed" in given:
        assert (given["event"], given["landed"]) == (str(UUID(int=1)), 3)
        assert rendered(trigger["parameters"], {})["landed"] == 0


def rendered(parameters: dict[str, Any], payload: dict[str, Any]) -> Any:
    """The parameters of a trigger as Prefect works them out for an event."""
    from prefect.server.events.actions import RunDeployment
    from prefect.server.events.schemas.events import ReceivedEvent, Resource
    from prefect.utilities.schema_tools.hydration import HydrationContext, hydrate

    event = ReceivedEvent(
        occurred=datetime(2026, 3, 2, tzinfo=UTC),
        event="newsledger.batch.landed",
        resource=Resource({"prefect.resource.id": "newsledger.batch.1"}),
        payload=payload,
        id=UUID(int=1),
    )
    action = RunDeployment(
        source="selected", deployment_id=UUID(int=7), parameters=copy.deepcopy(parameters)
    )
    action._upgrade_v1_templates(action.parameters)
    context = HydrationContext(
        render_jinja=True, raise_on_error=True, jinja_context={"event": event}
    )
    return hydrate(action.parameters, context)


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
