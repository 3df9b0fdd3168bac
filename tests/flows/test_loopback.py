"""The loopback server as a process of its own, as the soak starts it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import loopback


def test_a_plan_in_json_and_its_log(tmp_path: Path) -> None:
    plan = {
        "sites": {
            "a.localhost": {
                "/feed": {"body": "one", "etag": '"1"'},
                "/article": [{"body": "$2.9bn"}, {"body_base64": "JDI5Ym4="}],
                "*": {"status": 404},
            },
            "b.localhost": {"*": {"body": "x"}, "/robots.txt": {"body": "User-agent: *"}},
        },
        "faults": {"share": 0, "kinds": ["503"], "seed": 1},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    log = tmp_path / "access.jsonl"
    command = [sys.executable, loopback.__file__, "--plan", str(tmp_path / "plan.json")]
    with subprocess.Popen([*command, "--log", str(log)], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())

            def get(host: str, path: str, **headers: str) -> tuple[int, bytes]:
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}{path}", headers={"Host": host, **headers}
                )
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                try:
                    with opener.open(request) as answer:
                        return answer.status, answer.read()
                except HTTPError as error:
                    return error.code, error.read()

            assert get("a.localhost", "/feed") == (200, b"one")
            assert get("a.localhost", "/feed", **{"If-None-Match": '"1"'})[0] == 304
            assert [get("a.localhost", "/article")[1] for _ in range(3)] == [
                b"$2.9bn", b"$29bn", b"$29bn",
            ]  # fmt: skip
            assert get("a.localhost", "/other")[0] == 404
            assert get("c.localhost", "/")[0] == 404
        finally:
            server.kill()
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    assert [row["target"] for row in rows][:2] == ["/feed", "/feed"]
    assert [row["conditional"] for row in rows][:2] == [False, True]
    assert all(row["begun"] <= row["ended"] for row in rows)


def test_faults_are_the_same_for_one_seed() -> None:
    def statuses(seed: int) -> list[int]:
        page = loopback.faulty(loopback.Reply(b"x"), 0.3, ["503", "429"], seed)
        assert callable(page)
        return [page(loopback.Seen("a", "/x", {}, n)).status for n in range(400)]

    assert statuses(1) == statuses(1) != statuses(2)
    assert 80 < sum(status != 200 for status in statuses(1)) < 160
    assert set(statuses(1)) == {200, 503, 429}
