"""The own account: password, sessions, second factor; and signing in with one."""

from __future__ import annotations

import re

import pyotp
import pytest

from registry.internal import passwords
from registry.internal.account import AccountView
from registry.internal.accounts import Accounts
from registry.internal.request_context import RequestContext
from tests.internal.auth_client import HOUR, PASSWORD, AuthClient, Response, add, hashed

NEW = "tulip radar seventeen"


def does(front: AuthClient, cookie: str, action: str, **fields: str) -> str:
    """Send a form of the page; what the page is to say."""
    got = front.post("/account", {"action": action, **fields}, cookie=cookie)
    assert got.status == 303, got.text
    return re.sub(r"&at=[a-z-]+#.*|#.*", "", got["location"].removeprefix("/account"))


def seen(front: AuthClient, cookie: str) -> AccountView:
    """What the page shows."""
    views: list[AccountView] = []

    def look(request: RequestContext) -> None:
        assert request.account is not None
        views.append(request.account())

    front.inner.fill = look
    assert front.get("/account", cookie=cookie).status == 200
    front.inner.fill = lambda request: None
    return views[0]


def is_in(front: AuthClient, cookie: str) -> bool:
    return front.get("/", cookie=cookie).status == 200


def test_the_password_is_changed_and_other_sessions_end(front: AuthClient, cookie: str) -> None:
    other, li = front.sign_in().cookie, front.sign_in("li").cookie
    fields = {"current": PASSWORD, "new": NEW, "again": NEW}
    got = front.post("/account", {"action": "password", **fields}, cookie=cookie)
    assert got["location"].startswith("/account?done=password")
    assert [is_in(front, one) for one in (cookie, other, li, got.cookie)] == [
        False,
        False,
        True,
        True,
    ]
    assert front.sign_in().status == 401
    assert front.sign_in(password=NEW).status == 303
    assert [one["done"] for one in front.log if one["event"] == "account"] == ["password"]
    assert NEW not in (front.folder / "access.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"current": "wrong"}, "password"),
        ({"again": NEW + "x"}, "differ"),
        ({"new": "password123", "again": "password123"}, "easy"),
        ({"new": "wang#slj#77", "again": "wang#slj#77"}, "own"),
        ({"new": "short", "again": "short"}, "short"),
        ({"new": PASSWORD, "again": PASSWORD}, "same"),
    ],
)
def test_a_password_that_can_t_be_taken(
    front: AuthClient, cookie: str, fields: dict[str, str], problem: str
) -> None:
    told = {"current": PASSWORD, "new": NEW, "again": NEW, **fields}
    assert does(front, cookie, "password", **told) == f"?problem={problem}"
    assert is_in(front, cookie)
    assert front.sign_in().status == 303


def test_a_stolen_session_is_no_way_to_the_password(front: AuthClient, cookie: str) -> None:
    told = [does(front, cookie, "factor-begin", current=f"guess-{n}") for n in range(10)]
    assert told == ["?problem=password"] * 6 + ["?problem=wait"] * 4
    front.clock.seconds += 300
    assert does(front, cookie, "factor-begin", current=PASSWORD) == ""


@pytest.mark.parametrize("origin", ["https://evil.test", "null", ""])
def test_other_sites_change_nothing(front: AuthClient, cookie: str, origin: str) -> None:
    fields = {"action": "end-others"}
    other = front.sign_in().cookie
    assert front.post("/account", fields, cookie=cookie, origin=origin).status == 403
    assert front.post("/account", fields).status == 401
    assert is_in(front, other)


def test_what_no_form_of_ours_says_is_refused(front: AuthClient, cookie: str) -> None:
    for action in ("", "drop", "__init__"):
        assert front.post("/account", {"action": action}, cookie=cookie).status == 400


def test_sessions_are_listed_and_ended(front: AuthClient, cookie: str) -> None:
    others = [front.sign_in(user_agent=f"Browser/{n}").cookie for n in range(3)]
    li = front.sign_in("li").cookie
    view = seen(front, cookie)
    assert [one.agent for one in view.sessions] == ["Browser/2", "Browser/1", "Browser/0", ""]
    assert view.current.no == view.sessions[-1].no
    alien = seen(front, li).current.no
    for no in (alien, view.current.no, 0, "x", "", "9" * 30, "-1"):
        does(front, cookie, "end", no=str(no))
    assert all(is_in(front, one) for one in (cookie, li, *others))
    assert does(front, cookie, "end", no=str(view.sessions[0].no)) == "?done=ended"
    assert [is_in(front, one) for one in others] == [True, True, False]
    assert does(front, cookie, "end-others") == "?done=others-ended"
    assert [is_in(front, one) for one in (cookie, li, *others)] == [True, True, False, False, False]


def test_others_can_be_ended_at_a_new_sign_in(front: AuthClient, cookie: str) -> None:
    fields = {"name": "wang", "password": PASSWORD, "next": "/", "end": "others"}
    new = front.post("/-/sign-in", fields).cookie
    assert not is_in(front, cookie)
    assert is_in(front, new)
    fields["password"] = "wrong"
    assert "checked" in front.post("/-/sign-in", fields).text
    assert is_in(front, new), "only a right password ends anything"


def test_a_new_sign_in_ends_the_session_of_the_same_browser(front: AuthClient, cookie: str) -> None:
    new = front.sign_in(cookie=cookie).cookie
    assert new != cookie
    assert not is_in(front, cookie)
    assert is_in(front, new)


# The second factor.


def enrolled(front: AuthClient, cookie: str) -> tuple[pyotp.TOTP, list[str]]:
    """Set a second factor up."""
    assert does(front, cookie, "factor-begin", current=PASSWORD) == ""
    secret = seen(front, cookie).pending
    assert secret is not None
    totp = pyotp.TOTP(secret)
    code = totp.at(int(front.clock.seconds))
    assert does(front, cookie, "factor-confirm", code=code) == "?done=factor-on"
    codes = seen(front, cookie).codes
    assert seen(front, cookie).codes == [], "shown once"
    return totp, codes


def first_step(front: AuthClient, **headers: str) -> Response:
    """Give name and password; the page that asks for a code."""
    got = front.sign_in(**headers)
    assert got.status == 200
    assert got.cookie == ""
    assert 'id="code"' in got.text
    return got


def step_of(page: Response) -> str:
    found = re.search(r'name="step" value="([^"]+)"', page.text)
    assert found
    return found[1]


def second_step(front: AuthClient, step: str, code: str, **headers: str) -> Response:
    return front.post("/-/sign-in", {"step": step, "code": code, "next": "/x"}, **headers)


def test_a_second_factor_is_asked_for_once_it_is_on(front: AuthClient, cookie: str) -> None:
    other = front.sign_in().cookie
    totp, codes = enrolled(front, cookie)
    assert is_in(front, cookie)
    assert not is_in(front, other), "it began without"
    assert len(codes) == 10
    page = first_step(front)
    assert front.log[-1]["event"] != "sign-in"
    wrong = second_step(front, step_of(page), "000000")
    assert wrong.status == 401
    assert step_of(wrong) == step_of(page)
    assert front.log[-1] == {**front.log[-1], "event": "sign-in-refused", "done": "second factor"}
    front.clock.seconds += 30
    code = totp.at(int(front.clock.seconds))
    got = second_step(front, step_of(page), code)
    assert (got.status, got["location"]) == (303, "/x")
    assert front.log[-1] == {**front.log[-1], "event": "sign-in", "done": "code"}
    assert is_in(front, got.cookie)


def test_a_code_is_taken_once(front: AuthClient, cookie: str) -> None:
    totp, _codes = enrolled(front, cookie)
    code = totp.at(int(front.clock.seconds))
    step = step_of(first_step(front))
    assert second_step(front, step, code).status == 401, "it confirmed the factor"
    front.clock.seconds += 30
    code = totp.at(int(front.clock.seconds))
    assert second_step(front, step, code).status == 303
    assert second_step(front, step, code).status == 401
    front.restart()
    assert second_step(front, step_of(first_step(front)), code).status == 401


def test_a_recovery_code_is_taken_once(front: AuthClient, cookie: str) -> None:
    _totp, codes = enrolled(front, cookie)
    step = step_of(first_step(front))
    got = second_step(front, step, codes[0].upper())
    assert got.status == 303
    assert front.log[-1] == {**front.log[-1], "event": "sign-in", "done": "recovery code"}
    assert is_in(front, cookie), "sessions go on"
    assert second_step(front, step, codes[0]).status == 401
    view = seen(front, got.cookie)
    assert view.user.second_factor is not None
    assert len(view.user.second_factor.recovery) == 9


def test_codes_can_t_be_tried_out(front: AuthClient, cookie: str) -> None:
    _totp, codes = enrolled(front, cookie)
    statuses = []
    for number in range(20):
        step = step_of(first_step(front))
        statuses.append(second_step(front, step, f"{number:06}").status)
    assert statuses == [401] * 6 + [429] * 14
    assert second_step(front, step, codes[0]).status == 429, "not even the right one"
    front.clock.seconds += 4
    assert second_step(front, step, codes[0]).status == 303


def test_strangers_with_the_password_hold_up_no_known_device(
    front: AuthClient, cookie: str
) -> None:
    device = next(v for k, v in front.sign_in().headers if v.startswith("registry_device="))
    device = device.partition(";")[0]
    _totp, codes = enrolled(front, cookie)
    step = step_of(first_step(front))
    while second_step(front, step, "000000").status != 429:
        pass
    assert second_step(front, step, codes[0], cookie=device).status == 303


@pytest.mark.parametrize("step", ["", "x", "x.y.z", "水"])
def test_the_second_step_needs_the_first(front: AuthClient, cookie: str, step: str) -> None:
    _totp, codes = enrolled(front, cookie)
    assert second_step(front, step, codes[0]).status == 401


def test_the_first_step_lasts_five_minutes_and_until_another_password(
    front: AuthClient, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _totp, codes = enrolled(front, cookie)
    step = step_of(first_step(front))
    known = Accounts(front.folder).users()["wang"]
    add(front.folder, known.model_copy(update={"password_hash": hashed(NEW)}))
    assert second_step(front, step, codes[0]).status == 401
    add(front.folder, known)
    import itsdangerous.timed as timed

    now = timed.time.time()
    monkeypatch.setattr(timed.time, "time", lambda: now + 301)
    got = second_step(front, step, codes[0], accept_language="en")
    monkeypatch.undo()
    assert got.status == 401
    assert 'id="password"' in got.text
    assert "%" not in step


def test_it_is_turned_off_with_password_and_code(front: AuthClient, cookie: str) -> None:
    totp, codes = enrolled(front, cookie)
    front.clock.seconds += 60
    code = totp.at(int(front.clock.seconds))
    assert does(front, cookie, "factor-off", current="wrong", code=code) == "?problem=password"
    assert does(front, cookie, "factor-off", current=PASSWORD, code="000000") == "?problem=code"
    assert does(front, cookie, "factor-off", current=PASSWORD, code=codes[1]) == "?done=factor-off"
    assert front.sign_in().status == 303
    assert does(front, cookie, "factor-off", current=PASSWORD, code=code) == "?problem=changed"


def test_new_recovery_codes_void_the_old(front: AuthClient, cookie: str) -> None:
    _totp, codes = enrolled(front, cookie)
    assert does(front, cookie, "codes", current=PASSWORD, code=codes[0]) == "?done=codes"
    new = seen(front, cookie).codes
    assert len(new) == 10
    step = step_of(first_step(front))
    assert second_step(front, step, codes[5]).status == 401
    assert second_step(front, step, new[5]).status == 303


def test_what_was_begun_can_be_left_and_is_forgotten(front: AuthClient, cookie: str) -> None:
    for leave in ("drop", "late"):
        does(front, cookie, "factor-begin", current=PASSWORD)
        assert seen(front, cookie).pending is not None
        if leave == "drop":
            does(front, cookie, "factor-drop")
        else:
            front.clock.seconds += HOUR / 4
        assert seen(front, cookie).pending is None
        assert does(front, cookie, "factor-confirm", code="000000") == "?problem=late"
    assert front.sign_in().status == 303


def test_somebody_else_s_pending_secret_is_not_shown(front: AuthClient, cookie: str) -> None:
    does(front, cookie, "factor-begin", current=PASSWORD)
    assert seen(front, front.sign_in().cookie).pending is None


# Hashes and devices.


def test_a_hash_of_before_is_replaced_at_the_next_sign_in(
    front: AuthClient, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "ROUNDS", 20_000)
    before = Accounts(front.folder).users()["wang"].password_hash
    assert front.sign_in(password="wrong").status == 401
    assert Accounts(front.folder).users()["wang"].password_hash == before
    new = front.sign_in().cookie
    after = Accounts(front.folder).users()["wang"]
    assert after.password_hash.split("$")[1] == "20000"
    assert is_in(front, cookie), "the password is the same"
    assert is_in(front, new)
    front.sign_in()
    assert Accounts(front.folder).users()["wang"] == after


def test_a_known_device_passes_whatever_strangers_try(front: AuthClient) -> None:
    got = front.sign_in()
    device = next(v for k, v in got.headers if v.startswith("registry_device=")).partition(";")[0]
    while front.sign_in(password="wrong").status != 429:
        pass
    assert front.sign_in().status == 429
    assert front.sign_in(cookie=device).status == 303
    assert front.sign_in("li", cookie=device).status == 303, "another pair of user and address"
    front.restart()
    assert front.sign_in(cookie=device).status == 303
    forged = device[:-1] + ("A" if device[-1] != "A" else "B")
    while front.sign_in(password="wrong", cookie=forged).status != 429:
        pass


def test_a_device_keeps_what_it_knew(front: AuthClient) -> None:
    def device(got: Response) -> str:
        return next(v for k, v in got.headers if "_device=" in v).partition(";")[0]

    first = device(front.sign_in())
    both = device(front.sign_in("li", cookie=first))
    devices = front.middleware._sign_in._devices
    values = [both.partition("=")[2]]
    assert devices.known_to("wang", values) == devices.known_to("wang", [first.partition("=")[2]])
    assert devices.known_to("li", values) is not None
    assert devices.known_to("chen", values) is None
    assert "wang" not in both  # two letters, as of li, may stand there by chance
    for number in range(30):
        values = [devices.remember(f"u{number}", values)]
    assert len(values[0]) < 1_000
    assert devices.known_to("u29", values)
    assert devices.known_to("wang", values) is None
    for none in ("", "x", "x" * 5_000, "水", values[0][:-2]):
        assert devices.known_to("u29", [none]) is None
