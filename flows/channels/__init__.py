"""Ways to people and programs: webhook, the services of apprise, a file, a command.

``send(channel, message, key)`` hands one message over, or raises ``ChannelError``, which says
whether trying again can help. A receiver may get a message twice, always under the same key.
Secrets stand in the environment; a channel holds the names of its variables only.
"""

from flows.channels.records import Channel, ChannelError, Message, Secret
from flows.channels.sending import send
from flows.channels.tables import declared, read

__all__ = ["Channel", "ChannelError", "Message", "Secret", "declared", "read", "send"]
