"""What a channel is, what goes over it, and how that fails."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

Kind = Literal["webhook", "apprise", "file", "command"]
Form = Literal["text", "json"]


class ChannelError(Exception):
    """A message that was not handed over.

    Args:
        message: why, with the remedy and without secrets; it is stored.
        permanent: whether trying again cannot help.
        after: seconds that the receiver asks us to wait.
    """

    def __init__(self, message: str, permanent: bool, after: float = 0.0) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.after = after


class Message(Protocol):
    """What is sent: a subject of one line, text, the same as HTML, and data for programs."""

    @property
    def subject(self) -> str:
        """One line."""

    @property
    def text(self) -> str:
        """Plain text of some lines."""

    @property
    def html(self) -> str:
        """The same as HTML."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The same for programs, as JSON can say it."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The name of an environment variable; what it holds is looked up when it is used."""

    env: str

    def reveal(self) -> str:
        """What the variable holds.

        Raises:
            ChannelError: it is not set.
        """
        value = os.environ.get(self.env, "").strip()
        if not value:
            raise ChannelError(
                f"the environment variable {self.env} is not set where this runs; set it there",
                permanent=False,
            )
        return value


@dataclass(frozen=True, slots=True)
class Channel:
    """A `[channel.NAME]` of watches.toml.

    Attributes:
        name: of the channel.
        kind: how it hands over.
        url: of a webhook or a service, as text or from the environment.
        secret: with which a webhook is signed, None for no signature.
        path: of a file.
        command: program and arguments; no shell reads them.
        form: what a command gets on its standard input.
        timeout: seconds that one message may take.
    """

    name: str
    kind: Kind
    url: str | Secret = ""
    secret: Secret | None = None
    path: Path | None = None
    command: tuple[str, ...] = ()
    form: Form = "text"
    timeout: float = 20.0

    def address(self) -> str:
        """The url, wherever it stands.

        Raises:
            ChannelError: it stands in the environment and is not set there.
        """
        return self.url.reveal() if isinstance(self.url, Secret) else self.url


def told(message: Message, key: object) -> dict[str, Any]:
    """A message as JSON for programs."""
    return {
        "key": str(key),
        "subject": message.subject,
        "text": message.text,
        "data": dict(message.data),
    }
