"""A program of the user's: the message on its standard input, success by its exit code.

Its arguments are handed over as they are, without a shell. NEWSLEDGER_KEY and NEWSLEDGER_SUBJECT
are in its environment. What it prints is not kept, since it may hold secrets.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from uuid import UUID

from flows.channels.records import Channel, ChannelError, Message, told


def send(channel: Channel, message: Message, key: UUID) -> None:
    """Run the program; see `flows.channels.send`."""
    subject = " ".join(message.subject.split()).replace("\0", "")
    given = f"{message.subject}\n\n{message.text}\n"
    if channel.form == "json":
        given = json.dumps(told(message, key), ensure_ascii=False, sort_keys=True) + "\n"
    try:
        program = subprocess.Popen(
            channel.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "NEWSLEDGER_KEY": str(key), "NEWSLEDGER_SUBJECT": subject},
            start_new_session=True,  # so that its children end with it
        )
    except (OSError, ValueError) as problem:
        raise ChannelError(
            f"{channel.command[0]} cannot be run ({getattr(problem, 'strerror', problem)}); "
            f"see to the command",
            permanent=isinstance(problem, FileNotFoundError | PermissionError | ValueError),
        ) from None
    try:
        program.communicate(given.encode(errors="replace"), channel.timeout)
    except subprocess.TimeoutExpired:
        raise ChannelError(
            f"{channel.command[0]} did not end within {channel.timeout:g} s, and was stopped",
            permanent=False,
        ) from None
    finally:
        _stop(program)
    if program.returncode:
        raise ChannelError(
            f"{channel.command[0]} ended with {program.returncode}; run it by hand to see why",
            permanent=False,
        )


def _stop(program: subprocess.Popen[bytes]) -> None:
    """End a program that still runs, with its children."""
    if program.poll() is None:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()
