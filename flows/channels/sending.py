"""Handing a message over, by the kind of channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from flows.channels import commands, files, services, webhook
from flows.channels.records import Channel, Kind, Message

_BY_KIND: Mapping[Kind, Callable[[Channel, Message, UUID], None]] = {
    "webhook": webhook.send,
    "apprise": services.send,
    "file": files.send,
    "command": commands.send,
}


def send(channel: Channel, message: Message, key: UUID) -> None:
    """Hand a message over.

    Args:
        channel: over which.
        message: what.
        key: the same in every attempt, shown to the receiver.

    Raises:
        ChannelError: it was not handed over, as far as we know.
    """
    _BY_KIND[channel.kind](channel, message, key)
