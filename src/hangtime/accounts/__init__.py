"""Who may do what: people and programs, their roles at sites, their sessions.

    from hangtime.accounts import Attempt, Register, may, session_of, sign_in

    register = Register(engine, load_sealer(path))
    signed_in = sign_in(register, Attempt("r.ortiz", password, code))
    person = session_of(register, signed_in.token)
    may(person, "chart_event", site_id="north")

Every change of an account is an entry of the ledger.
"""

from hangtime.accounts.emergency import break_glass
from hangtime.accounts.limits import Limits, load_limits
from hangtime.accounts.links import first_link, use_link
from hangtime.accounts.permissions import EVERYWHERE, Role, permissions
from hangtime.accounts.person import Person, may, may_through_glass, sites_of
from hangtime.accounts.register import Register
from hangtime.accounts.sealing import Sealer, load_sealer
from hangtime.accounts.sessions import SignedIn, session_of, sign_out
from hangtime.accounts.signing_in import Attempt, SignInRefused, sign_in

__all__ = [
    "EVERYWHERE",
    "Attempt",
    "Limits",
    "Person",
    "Register",
    "Role",
    "Sealer",
    "SignInRefused",
    "SignedIn",
    "break_glass",
    "first_link",
    "load_limits",
    "load_sealer",
    "may",
    "may_through_glass",
    "permissions",
    "session_of",
    "sign_in",
    "sign_out",
    "sites_of",
    "use_link",
]
