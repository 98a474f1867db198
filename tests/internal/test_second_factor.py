"""Codes of the second factor, as RFC 6238 has them, and recovery codes."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from registry.internal.second_factor import (
    RECOVERY_CODES,
    enrolment_address,
    new_recovery_codes,
    new_secret,
    step_of_code,
    with_factor,
    without_recovery_code,
)

SECRET = base64.b32encode(b"12345678901234567890").decode()
SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("moment", "code"),  # the last six of the RFC's eight digits
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_vectors_of_the_rfc(moment: int, code: str) -> None:
    step = moment // 30
    assert step_of_code(SECRET, code, moment) == step
    assert step_of_code(SECRET, f" {code[:3]} {code[3:]} ", moment) == step
    assert step_of_code(SECRET, "".join(chr(ord(d) + 0xFEE0) for d in code), moment) == step
    assert step_of_code(SECRET, code, moment + 30) == step, "a moment late"
    assert step_of_code(SECRET, code, moment - 30) == step, "a clock that is slow"
    assert step_of_code(SECRET, code, moment + 61) is None
    assert step_of_code(SECRET, str((int(code) + 1) % 1_000_000).zfill(6), moment) is None


@pytest.mark.parametrize("code", ["", "28708", "2870822", "abcdef", "287 08", "\ud800"])
def test_what_is_no_code(code: str) -> None:
    assert step_of_code(SECRET, code, 59) is None


def test_the_app_is_told_all() -> None:
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert secret != new_secret()
    address = urlsplit(enrolment_address(secret, "wang", "赋权事项监管系统"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    told = parse_qs(address.query)
    assert told["secret"] == [secret]
    assert told["issuer"] == ["赋权事项监管系统"]


def test_recovery_codes_are_used_up_one_by_one() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    factor = with_factor(SECRET, SINCE, codes)
    assert not any(code.replace("-", "") in str(factor.recovery) for code in codes)
    assert without_recovery_code(factor, "aaaaaa-aaaaaa") is None
    assert without_recovery_code(factor, "") is None
    assert without_recovery_code(factor, "\ud800") is None
    typed = codes[3].upper().replace("-", " ")
    left = without_recovery_code(factor, typed)
    assert left is not None
    assert len(left.recovery) == RECOVERY_CODES - 1
    assert without_recovery_code(left, codes[3]) is None
    assert without_recovery_code(left, codes[4]) is not None
