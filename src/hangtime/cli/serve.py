"""`hangtime serve`: the infusion record and its pages, on this machine or for a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from hangtime.web.settings import Settings

DEMO_DATABASE = "sqlite:///hangtime-demo.db"
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="serve")
@click.option("--database", help="sqlite:///FILE (the default is hangtime.db) or postgresql://...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, help="Port to listen on; 0 takes a free one."
)
@click.option("--site", "sites", multiple=True, type=_FILE, help="A site's file; may be repeated.")
@click.option("--demo", is_flag=True, help="Simulated people, patients and visits, marked as such.")
@click.option("--new-passwords", is_flag=True, help="Draw new passwords for the people of --demo.")
@click.option("--workers", default=1, show_default=True, help="Processes that answer.")
@click.option("--base-url", help="The address people type; https there makes cookies secure.")
@click.option("--tls-certificate", type=_FILE, help="Certificate chain, to answer by TLS itself.")
@click.option("--tls-key", type=_FILE, help="The certificate's private key.")
def command(
    database: str | None,
    host: str,
    port: int,
    sites: tuple[Path, ...],
    demo: bool,
    new_passwords: bool,
    workers: int,
    base_url: str | None,
    tls_certificate: Path | None,
    tls_key: Path | None,
) -> None:
    """Serve the infusion record: pages for nurses and coders, and the API.

    The database is made, or brought to this version, before the first request.  Options stand before
    the HANGTIME_* variables of the same name.
    """
    from hangtime.web import serving
    from hangtime.web.settings import from_environment

    settings = from_environment(
        database=database, sites=sites or None, demo=demo or None, base_url=base_url
    )
    if settings.demo:
        settings = _for_demo(settings, is_default=database is None)
    engine = serving.prepare(settings)
    told = _who_may_enter(settings, engine, new_passwords)
    engine.dispose()

    def say(address: str) -> None:
        click.echo(told.format(base=settings.base_url or address), nl=False)
        click.echo(f"Hangtime listens on {address}")

    listening = serving.Listening(host, port, workers, tls_certificate, tls_key)
    serving.serve(settings, listening, on_start=say)


def _for_demo(settings: Settings, *, is_default: bool) -> Settings:
    from dataclasses import replace

    from hangtime.web.demo import for_demo
    from hangtime.web.settings import Settings as Defaults

    if is_default and settings.database == Defaults().database:
        settings = replace(settings, database=DEMO_DATABASE)
    return for_demo(settings)


def _who_may_enter(settings: Settings, engine: Engine, new_passwords: bool) -> str:
    """How the first people get in, to be printed once, with {base} for the address."""
    if settings.demo:
        from hangtime.web.demo import set_up

        let_in = set_up(settings, engine, new_passwords=new_passwords)
        people = [f"  {each.role:14} {each.sign_in_name:8} {each.password}" for each in let_in]
        people = people or ["  Its people have passwords; --new-passwords draws new ones."]
        said = "DEMONSTRATION: every person, patient and visit is simulated."
        return "\n".join([said, *people, ""])
    from hangtime.accounts import first_link
    from hangtime.web.security import register_of

    token = first_link(register_of(settings, engine))
    if token is None:
        return ""
    return f"The first administrator's one-time link, for an hour: {{base}}/welcome#{token}\n"
