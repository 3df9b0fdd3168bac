"""A POST of JSON to an address, signed as Standard Webhooks lays down (standardwebhooks.com).

The signature covers key, time and body, so that neither can be changed nor an old request be sent
again unnoticed: `webhook-signature: v1,` and the base64 of HMAC-SHA256 over `key.time.body`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from uuid import UUID

from flows.channels.records import Channel, ChannelError, Message, told
from flows.fetching.webhooks import Unanswered, post

_AGAIN = (408, 425, 429)
"""Answers below 500 after which the same request may be taken."""

_ENCODED = "whsec_"


def send(channel: Channel, message: Message, key: UUID) -> None:
    """Post a message; see `flows.channels.send`."""
    body = json.dumps(told(message, key), ensure_ascii=False, sort_keys=True).encode()
    moment = int(time.time())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": str(key),
        "webhook-id": str(key),
        "webhook-timestamp": str(moment),
    }
    if channel.secret is not None:
        secret = channel.secret.reveal()
        headers["webhook-signature"] = signature(secret, str(key), moment, body)
    try:
        answer = post(channel.address(), body, headers, channel.timeout)
    except Unanswered as problem:
        raise ChannelError(str(problem), permanent=False) from None
    if 200 <= answer.status < 300:
        return
    if 300 <= answer.status < 400:
        raise ChannelError(
            f"the server answers {answer.status}, it has moved; write the new address",
            permanent=True,
        )
    permanent = 400 <= answer.status < 500 and answer.status not in _AGAIN
    raise ChannelError(f"the server answers {answer.status}", permanent, answer.retry_after)


def signature(secret: str, key: str, moment: int, body: bytes) -> str:
    """The header webhook-signature of a request.

    Args:
        secret: text, or `whsec_` and base64.
        key: the header webhook-id.
        moment: the header webhook-timestamp, seconds since the epoch.
        body: as sent.
    """
    signed = f"{key}.{moment}.".encode() + body
    digest = hmac.new(_bytes(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def _bytes(secret: str) -> bytes:
    if not secret.startswith(_ENCODED):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_ENCODED), validate=True)
    except binascii.Error:
        raise ChannelError(
            "the secret begins with whsec_ and is not base64 after it; copy it again",
            permanent=False,
        ) from None
