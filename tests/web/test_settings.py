"""What an operator sets: read by name, refused by name, and never printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hangtime.web.settings import Settings, UnusableSetting, as_environment, from_environment

WRONG = {
    "HANGTIME_DEMO": "perhaps",
    "HANGTIME_BASE_URL": "ftp://host",
    "HANGTIME_TWO_PEOPLE": "sometimes",
}


def test_without_a_word_it_is_an_sqlite_file_and_no_demonstration() -> None:
    assert from_environment({}) == Settings()


@pytest.mark.parametrize("name", WRONG)
def test_a_setting_that_cannot_be_read_is_named_and_not_repeated(name: str) -> None:
    with pytest.raises(UnusableSetting, match=name) as refused:
        from_environment({name: WRONG[name]})

    assert WRONG[name] not in str(refused.value)


def test_an_option_stands_before_its_variable() -> None:
    variables = {"HANGTIME_DATABASE": "sqlite:///a.db", "HANGTIME_DEMO": "yes"}

    settings = from_environment(variables, database="sqlite:///b.db", demo=None)

    assert (settings.database, settings.demo) == ("sqlite:///b.db", True)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"demo": True, "base_url": "https://infusion.example.org"},
        {"sites": (Path("a.toml"), Path("b.toml")), "trusted_proxies": ("10.0.0.1", "::1")},
        {"oidc_issuer": "https://id.example.org", "oidc_client_id": "hangtime"},
    ],
)
def test_a_process_started_with_the_variables_has_the_same_settings(given: dict[str, Any]) -> None:
    settings = Settings(**given)

    assert from_environment(as_environment(settings)) == settings
