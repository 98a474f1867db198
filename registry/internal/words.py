"""What the templates of sign-in and sign-out say. Babel reads Python only."""

from __future__ import annotations

from typing import Final

from registry.locale import N_

TITLE: Final = N_("Supervision of powers delegated in Liaocheng")

TEXTS: Final = (
    N_("User name"),
    N_("Password"),
    N_("Sign in"),
    N_("Sign out"),
    N_("Signed in as {user}"),
    N_("Reform office"),
    N_("For the municipal reform office, departments and development zones."),
    N_("A session ends after {n} hours, or when you sign out."),
    N_("No account, or the password forgotten? Ask the reform office."),
    N_("Skip to the content"),
)
"""Every text of `sign_in.html` and `_who.html`."""
