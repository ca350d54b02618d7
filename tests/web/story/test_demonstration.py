"""The made-up visits of a demonstration are recorded as they happen, and signed."""

from __future__ import annotations

from pathlib import Path

from hangtime import store
from hangtime.chart import demo_site
from hangtime.store.keys import private_key
from hangtime.store.verifying import verify
from hangtime.visits import Clinic, Wanted, find_visits
from hangtime.web.demo import for_demo, set_up
from serving import settings_for


def test_nothing_in_a_new_demonstration_was_charted_late_and_all_of_it_is_signed(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'demo.db'}"
    engine = store.connect(url)
    store.migrate(engine)
    settings = for_demo(settings_for(tmp_path, url))
    assert settings.signing_key is not None
    set_up(settings, engine)
    clinic = Clinic(engine, (demo_site(),), is_demo=True)
    visits = [
        each.record
        for each in find_visits(clinic, Wanted(site_ids=frozenset({"demo"})), 100, None).rows
    ]
    told = [fact for record in visits for fact in record.visit.history]
    signed = verify(engine, keys=[private_key(settings.signing_key).public_key()])
    engine.dispose()

    assert (signed.is_sound, signed.covered) == (True, signed.entries)
    assert len(visits) > 10
    assert len(told) > 150
    assert not [each for each in told if each.is_late]
    assert max(each.entry.recorded_at for each in told) <= clinic.now()
