"""The pool, queue and limits that prefect.yaml counts on, made or set right on a server.

python -m flows.limits         # with PREFECT_API_URL set; before prefect deploy --all
python -m flows.limits here    # where the workers are on this machine, with this Python

A process worker that is told no command starts two processes a run, one of them to find out where
the flow is. Told which Python to run, it starts one, which saves seconds of every run.
"""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import sys

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.workers.process import ProcessWorker

from flows.serving import POOL
from flows.tracking import HOSTS, WRITER

BACKFILL = "backfill"


async def prepare(*, here: bool = False) -> None:
    """Make what is missing, and set what is there to what it should be.

    Args:
        here: whether the workers run on this machine with this Python, and are told so; else a
            pool is left as it is.
    """
    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):  # of another type it is left so
            await client.create_work_pool(WorkPoolCreate(name=POOL, type=ProcessWorker.type))
        if here:
            await _tell_python(client)
        for name in (WRITER, HOSTS):
            await client.upsert_global_concurrency_limit_by_name(name, 1)
        await _limit_queue(client, BACKFILL, 1)


async def _tell_python(client: PrefectClient) -> None:
    pool = await client.read_work_pool(POOL)
    if pool.type == ProcessWorker.type:
        template = ProcessWorker.get_default_base_job_template()
        command = shlex.join([sys.executable, "-m", "prefect.engine"])
        template["variables"]["properties"]["command"]["default"] = command
        await client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=template))


async def _limit_queue(client: PrefectClient, name: str, limit: int) -> None:
    try:
        queue = await client.read_work_queue_by_name(name, work_pool_name=POOL)
    except ObjectNotFound:
        await client.create_work_queue(name, work_pool_name=POOL, concurrency_limit=limit)
        return
    await client.update_work_queue(queue.id, concurrency_limit=limit)


if __name__ == "__main__":
    asyncio.run(prepare(here=sys.argv[1:] == ["here"]))
