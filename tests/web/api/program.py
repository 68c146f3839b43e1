"""A program that uses the API, and what it is told when it is refused."""

from __future__ import annotations

import json
from typing import Any

from tests.web.serving import Answer, send


class Program:
    """A program with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    def get(self, path: str) -> Any:
        answer = send(self.port, f"/api/v1{path}", headers={"authorization": self.token})
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["cache-control"] == "no-store"
        return json.loads(answer.body)

    def post(self, path: str, body: object = None, raw: bytes | None = None) -> Answer:
        headers = {"authorization": self.token, "content-type": "application/json"}
        sent = json.dumps(body or {}).encode() if raw is None else raw
        return send(self.port, f"/api/v1{path}", "POST", headers, sent)


def problem(answer: Answer) -> tuple[int, str]:
    """Its status and name; it is a whole problem document."""
    found = json.loads(answer.body)
    assert answer.headers["content-type"] == "application/problem+json"
    assert found["status"] == answer.status
    assert found["title"]
    assert found["detail"]
    return answer.status, found["type"].removeprefix("urn:kigen:problem:")
