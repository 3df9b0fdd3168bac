"""Whether a Prefect server answers."""

from __future__ import annotations

import httpx

TIMEOUT_SECONDS = 3.0


def unanswered(api_url: str, timeout: float = TIMEOUT_SECONDS) -> str | None:
    """Ask a Prefect API for its health.

    Args:
        api_url: as in PREFECT_API_URL, such as "http://127.0.0.1:4200/api".
        timeout: seconds to wait for an answer.

    Returns:
        None if it answers, else why not, in words.
    """
    try:
        response = httpx.get(f"{api_url.rstrip('/')}/health", timeout=timeout)
    except httpx.TimeoutException:
        return f"no answer within {timeout:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return str(error) or type(error).__name__
    return None if response.is_success else f"it answers {response.status_code}"
