"""The pool, queue and limits that prefect.yaml counts on, made or set right on a server.

python -m flows.limits    # with PREFECT_API_URL set; before prefect deploy --all
"""

from __future__ import annotations

import asyncio
import contextlib

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

from flows.serving import POOL
from flows.tracking import HOSTS, WRITER

BACKFILL = "backfill"


async def prepare() -> None:
    """Make what is missing, and set what is there to what it should be; a pool is left as it is."""
    async with get_client() as client:
        with contextlib.suppress(ObjectAlreadyExists):  # of another type it is left so
            await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
        for name in (WRITER, HOSTS):
            await client.upsert_global_concurrency_limit_by_name(name, 1)
        await _limit_queue(client, BACKFILL, 1)


async def _limit_queue(client: PrefectClient, name: str, limit: int) -> None:
    try:
        queue = await client.read_work_queue_by_name(name, work_pool_name=POOL)
    except ObjectNotFound:
        await client.create_work_queue(name, work_pool_name=POOL, concurrency_limit=limit)
        return
    await client.update_work_queue(queue.id, concurrency_limit=limit)


if __name__ == "__main__":
    asyncio.run(prepare())
