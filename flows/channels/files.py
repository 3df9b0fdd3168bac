"""Lines of JSON at the end of a file, each on disk before it counts as sent."""

from __future__ import annotations

import fcntl
import json
import os
from uuid import UUID

from flows.channels.records import Channel, ChannelError, Message, told


def send(channel: Channel, message: Message, key: UUID) -> None:
    """Append a message; see `flows.channels.send`."""
    assert channel.path is not None
    line = json.dumps(told(message, key), ensure_ascii=False, sort_keys=True)
    try:
        channel.path.parent.mkdir(parents=True, exist_ok=True)
        with channel.path.open("ab+", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
            torn = bool(size) and file.read(1) != b"\n"  # a crash cut the last line off
            data = b"\n" * torn + line.encode(errors="replace") + b"\n"
            if file.write(data) != len(data):
                raise OSError("the line was written in part; see to the disk's free space")
            os.fsync(file.fileno())
    except OSError as problem:
        raise ChannelError(
            f"{channel.path} cannot be written ({problem.strerror or problem}); see to the path, "
            f"its permissions and the disk",
            permanent=False,
        ) from None
