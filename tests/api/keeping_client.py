"""People with keys who ask an application, for tests of what is kept."""

from __future__ import annotations

import datetime as dt
import secrets

from fastapi.testclient import TestClient

from tests.office.people_made import key_of, user_with

TODAY = dt.date(2026, 11, 23)
CLINIC = {"regime": "capital", "activity": "health.hospital", "foreign_share": "1.0",
          "place": ["ftz:shanghai-lingang"], "date": "2025-06-01"}  # fmt: skip
CARS = {"regime": "capital", "activity": "auto.passenger", "foreign_share": "0.6",
        "date": "2020-03-01"}  # fmt: skip


class Person:
    """Somebody with a key, and what they send."""

    def __init__(self, client: TestClient, store, *roles: str) -> None:
        self.client, self.roles = client, roles or ("firm",)
        self.user = user_with(store, *roles)
        self.headers = {"Authorization": f"Bearer {key_of(store, self.user, *self.roles)}"}

    def get(self, path: str):
        return self.client.get(f"/v1{path}", headers=self.headers)

    def post(self, path: str, json=None, call: str = "", **more):
        headers = {**self.headers, "Idempotency-Key": call or secrets.token_hex(8)}
        headers |= more.pop("headers", {})
        return self.client.post(f"/v1{path}", json=json, headers=headers, **more)

    def delete(self, path: str, call: str = ""):
        headers = {**self.headers, "Idempotency-Key": call or secrets.token_hex(8)}
        return self.client.delete(f"/v1{path}", headers=headers)

    def attach(self, content: bytes, name: str = "f", kind: str = "", **more):
        headers = {"Content-Type": kind} if kind else {}
        return self.post("/attachments", content=content, params={"name": name, **more},
                         headers=headers)  # fmt: skip

    def saved(self, facts=CLINIC) -> str:
        answer = self.post("/cases", {"facts": facts})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]
