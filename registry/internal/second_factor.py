"""A second factor: codes that an app on a telephone makes anew every 30 seconds (TOTP, RFC 6238),
and recovery codes for when the telephone is lost."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime
from typing import Final

from registry.internal.accounts import SecondFactor
from registry.internal.passwords import hash_all, matching_hash
from registry.text import nfkc_casefold

RECOVERY_CODES: Final = 10
_STEP: Final = 30  # seconds
_WINDOW: Final = 1
"""Steps by which a telephone's clock may be wrong, or a code old."""
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike."""
_RECOVERY_LENGTH: Final = 12


def new_secret() -> str:
    """A secret of 160 bits, in base32."""
    import pyotp

    return str(pyotp.random_base32(32))


def enrolment_address(secret: str, user: str, site: str) -> str:
    """What the app is told, as an address: shown as a QR code. `site`: what the app calls it."""
    import pyotp

    return str(pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=site))


def step_of_code(secret: str, code: str, moment: float) -> int | None:
    """The time step of which a code is; None where it is of none that counts at the moment.

    `moment`: seconds, as time.time.
    """
    import pyotp

    digits = re.sub(r"[\s-]", "", nfkc_casefold(code))
    if not re.fullmatch("[0-9]{6}", digits):
        return None
    totp, now = pyotp.TOTP(secret), int(moment // _STEP)
    found = None
    for step in range(max(0, now - _WINDOW), now + _WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            found = step
    return found


def new_recovery_codes() -> list[str]:
    """Codes to be shown once: two groups of letters and digits."""
    half = _RECOVERY_LENGTH // 2
    codes = []
    for _n in range(RECOVERY_CODES):
        code = "".join(secrets.choice(_ALPHABET) for _m in range(_RECOVERY_LENGTH))
        codes.append(f"{code[:half]}-{code[half:]}")
    return codes


def with_factor(secret: str, since: datetime, codes: list[str]) -> SecondFactor:
    """The factor as it is stored; takes some seconds."""
    hashes = hash_all([_plain(code) for code in codes])
    return SecondFactor(secret=secret, since=since, recovery=tuple(hashes))


def without_recovery_code(factor: SecondFactor, code: str) -> SecondFactor | None:
    """The factor without the recovery code, which is used up; None where the code is none of its.

    Takes a good part of a second.
    """
    found = matching_hash(_plain(code), factor.recovery)
    if found is None:
        return None
    return factor.model_copy(
        update={"recovery": tuple(one for one in factor.recovery if one != found)}
    )


def _plain(code: str) -> str:
    return re.sub(r"[\W_]", "", nfkc_casefold(code))
