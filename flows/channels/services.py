"""Slack, Teams, Telegram, e-mail, the desktop and others, through apprise.

An address of apprise holds tokens and passwords, and so may what apprise writes to its log: of the
log only the numbers of HTTP statuses are taken.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from flows.channels.records import Channel, ChannelError, Message, Secret
from flows.fetching.webhooks import hushed

if TYPE_CHECKING:
    import apprise

_STATUS = re.compile(r"error=(\d{3})\b")
_AGAIN = (408, 425, 429)


def send(channel: Channel, message: Message, key: UUID) -> None:
    """Hand a message to a service; see `flows.channels.send`."""
    import apprise  # 0.3 s, for those who use it

    address = channel.address()
    with _heard() as log:
        service = apprise.Apprise.instantiate(address)
        if not isinstance(service, apprise.NotifyBase):
            where = f" in {channel.url.env}" if isinstance(channel.url, Secret) else ""
            raise ChannelError(
                f"the address{where} is none that apprise knows; write it as its documentation "
                f"says",
                permanent=True,
            )
        _limit(service, address, channel.timeout)
        is_mail = service.notify_format == apprise.NotifyFormat.HTML
        ending = f"<p><small>{key}</small></p>" if is_mail else f"\n\n{key}"
        done = apprise.Apprise(service).notify(
            body=(message.html if is_mail else message.text) + ending,
            title=" ".join(message.subject.split()),
            body_format=apprise.NotifyFormat.HTML if is_mail else apprise.NotifyFormat.TEXT,
        )
    if done:
        return
    statuses = [int(number) for line in log for number in _STATUS.findall(line)]
    status = statuses[-1] if statuses else None
    raise ChannelError(
        f"{service.service_name} did not take it"
        + (f", it answers {status}" if status else "; see to its address, and to the network"),
        permanent=status is not None and 400 <= status < 500 and status not in _AGAIN,
    )


def _limit(service: apprise.NotifyBase, address: str, timeout: float) -> None:
    """Time limits, and long messages in several parts; what the address says itself holds."""
    import apprise

    if "rto=" not in address:
        service.socket_read_timeout = timeout
    if "cto=" not in address:
        service.socket_connect_timeout = timeout
    if "overflow=" not in address:
        service.overflow_mode = apprise.OverflowMode.SPLIT


@contextmanager
def _heard() -> Iterator[list[str]]:
    """What apprise logs, kept from all other logs."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logger = logging.getLogger("apprise")
    kept, passing = Keep(), logger.propagate
    logger.addHandler(kept)
    logger.propagate = False
    try:
        with hushed("apprise", "urllib3"):
            yield lines
    finally:
        logger.removeHandler(kept)
        logger.propagate = passing
