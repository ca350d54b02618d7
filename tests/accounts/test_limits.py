"""Limits are read strictly: a value that protects nobody is refused by its name."""

from __future__ import annotations

import pytest

pytest.importorskip("msgspec")

from hangtime.accounts.limits import UnusableLimits, load_limits


def test_a_file_overrides_single_values_and_leaves_the_others(tmp_path) -> None:
    path = tmp_path / "limits.toml"
    path.write_text("[session]\nidle = 300\n")

    limits = load_limits(path)

    assert limits.session.idle == 300
    assert limits.session.absolute == load_limits().session.absolute


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[session]\nidle = 0\n", "session.idle"),
        ("[session]\nidel = 300\n", "idel"),
        ("[password]\nshortest = 7\n", "password.shortest"),
        ("[second_factor]\nroles = ['doctor']\n", "second_factor.roles"),
        ("session = 4\n", "session"),
        ("not toml", "limits.toml"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_by_its_name(tmp_path, text, named) -> None:
    path = tmp_path / "limits.toml"
    path.write_text(text)

    with pytest.raises(UnusableLimits, match=named):
        load_limits(path)
