"""What a page is made of comes from here, is what it says it is, and holds nothing inline."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hangtime.web import assets, pages

WEB = assets.FOLDER.parent
OWN = sorted(
    path
    for folder in ("templates", "static/css", "static/js")
    for path in (WEB / folder).rglob("*")
    if path.is_file()
)
VENDORED = re.compile(
    r"^\| `(vendor/[^`]+)` \|.*?\| ([\d.]+) \|.*`([0-9a-f]{64})` \|$", re.MULTILINE
)


def without_comments(path: Path) -> str:
    text = path.read_text("utf-8")
    return re.sub(r"/\*.*?\*/|\{#.*?#\}|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    app.mount(assets.MOUNTED_AT, assets.app())
    return TestClient(app)


def test_each_file_of_others_is_the_one_it_is_said_to_be(checkout: Path) -> None:
    listed = VENDORED.findall((assets.FOLDER / "VENDORED.md").read_text("utf-8"))
    notice = (checkout / "NOTICE").read_text("utf-8")
    present = {f"vendor/{each.name}" for each in (assets.FOLDER / "vendor").glob("*.js")}

    assert {path for path, _, _ in listed} == present
    for path, version, digest in listed:
        assert sha256((assets.FOLDER / path).read_bytes()).hexdigest() == digest
        assert f"htmx {version}" in notice
        assert digest in notice


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_nothing_is_asked_of_another_host(path: Path) -> None:
    named = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]+", without_comments(path))

    assert named == []


@pytest.mark.parametrize("path", [p for p in OWN if p.suffix == ".html"], ids=lambda p: p.name)
def test_a_template_compiles_and_has_no_script_style_or_handler_in_it(path: Path) -> None:
    pages.environment().get_template(path.relative_to(WEB / "templates").as_posix())
    text = without_comments(path)

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*\ssrc=)|js:", text) == []


def test_every_name_of_the_style_sheet_is_given_a_value_in_it() -> None:
    text = assets.style_sheet()
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    given = set(re.findall(r"(--[\w-]+)\s*:", text))

    assert used - given == set()
    assert given - used == set()


def test_every_class_a_template_writes_is_one_the_style_sheet_knows() -> None:
    known = set(re.findall(r"\.([a-z][\w-]*)", assets.style_sheet()))
    written = {
        name
        for path in OWN
        if path.suffix == ".html"
        for group in re.findall(r'class="([^"{}]*)"', without_comments(path))
        for name in group.split()
    }

    assert written - known == set()


def test_an_address_changes_with_its_content_and_may_be_kept_for_a_year(client: TestClient) -> None:
    for path in ("hangtime.css", "js/look.js", "icon.svg"):
        named = client.get(assets.address(path))

        assert named.status_code == 200
        assert assets.address(path).endswith(sha256(named.content).hexdigest()[:12])
        assert "immutable" in named.headers["cache-control"]
        assert client.get(f"/static/{path}").headers["cache-control"] == "no-cache"


def test_what_is_not_there_is_not_served(client: TestClient) -> None:
    with pytest.raises(KeyError):
        assets.address("js/gone.js")
    assert client.get("/static/../assets.py").status_code == 404
    assert client.post("/static/hangtime.css").status_code == 405
