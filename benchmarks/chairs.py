"""A full unit for the load test: nurses who chart at every chair, and boards that are watched.

Read by locust; `load.py` starts it and says where the service is and who is signed in.
"""

from __future__ import annotations

import json
import os
import random
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from locust import FastHttpUser, User, between, constant, task
from locust.exception import StopUser

TOKENS = json.loads(os.environ.get("LOAD_TOKENS", "[]"))
EVERY = float(os.environ.get("LOAD_EVERY", "5"))
WATCHERS = int(os.environ.get("LOAD_WATCHERS", "4"))
numbers = count()


def moment() -> str:
    return datetime.now(UTC).isoformat()


def charting() -> Iterator[dict[str, Any]]:
    """What is charted at one chair, one after the other."""
    yield {
        "kind": "order_verified",
        "order_id": "o1",
        "drug": "infliximab",
        "dose": 400,
        "dose_unit": "mg",
    }
    yield {"kind": "patient_identified", "identifiers": ["name", "birth_date"]}
    yield {"kind": "access_established", "access_id": "a1", "device": "peripheral", "gauge": 22}
    yield {
        "kind": "drug_prepared",
        "administration_id": "d1",
        "drug": "infliximab",
        "order_id": "o1",
    }
    yield {
        "kind": "infusion_started", "administration_id": "d1", "access_id": "a1",
        "rate_ml_per_h": 125, "volume_ml": 250,
    }  # fmt: skip
    while True:
        vitals = {"systolic": random.randint(95, 150), "pulse": random.randint(55, 100)}
        yield {"kind": "observed", "vitals": vitals, "still_infusing": ["d1"]}
        yield {
            "kind": "rate_changed",
            "administration_id": "d1",
            "rate_ml_per_h": random.randint(40, 200),
        }


class Chair(FastHttpUser):
    """One chair: an event every few seconds."""

    wait_time = between(0.9 * EVERY, 1.1 * EVERY)  # nurses do not chart in step

    def on_start(self) -> None:
        """Give somebody the chair."""
        number = next(numbers)
        self.client.auth_header = f"Bearer {TOKENS[number % len(TOKENS)]}"
        self.said = charting()
        time.sleep(random.uniform(0, EVERY))
        visit_id = str(uuid.uuid4())
        unit = "north" if number % 2 else "south"
        patient = {"patient_id": f"L-{number}", "name": f"Load {number} (simulated)"}
        self.send(
            "open",
            "/api/v1/visits",
            {"site_id": "demo", "unit_id": unit, "chair": f"C{number}", "patient": patient}
            | {"entry_id": visit_id, "happened_at": moment()},
        )
        self.path = f"/api/v1/visits/{visit_id}/entries"

    @task
    def chart(self) -> None:
        """Chart the next thing."""
        entry = {"entry_id": str(uuid.uuid4()), "happened_at": moment(), "body": next(self.said)}
        self.send("event", self.path, entry)

    def send(self, name: str, path: str, asked: dict[str, Any]) -> None:
        """One request; anything but a new entry is a failure."""
        headers = {"Authorization": self.client.auth_header}
        with self.client.post(
            path, json=asked, headers=headers, name=name, catch_response=True
        ) as answer:
            if answer.status_code != 201:
                answer.failure(f"answered {answer.status_code}")


class Board(User):
    """A board on a wall: every card counts as a request named `card`."""

    fixed_count = WATCHERS
    wait_time = constant(1)

    @task
    def watch(self) -> None:
        """Watch until the end."""
        import requests

        number = next(numbers)
        unit = ("north", "south")[number % 2]
        answer = requests.get(
            f"{self.host}/api/v1/board/events?site=demo&unit={unit}",
            headers={"Authorization": f"Bearer {TOKENS[number % len(TOKENS)]}"},
            stream=True,
            timeout=60,
        )
        if answer.status_code != 200:
            raise StopUser
        for line in answer.iter_lines():
            if line.startswith(b"data: "):
                self.environment.events.request.fire(
                    request_type="SSE", name="card", response_time=0, exception=None, context={},
                    response_length=len(line),
                )  # fmt: skip
