"""The internal site behind the real nginx, with TLS, as deploy/nginx-internal.conf has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest

from registry.internal.accounts import Accounts, User
from registry.internal.passwords import hash_password
from registry.internal.server import open_internal_site
from tests.browsing import serving
from tests.conftest import ROOT
from tests.test_deploy import FRAME, free_port, nginx, running

__all__ = ["nginx"]

PASSWORD = "correct horse battery"


def test_signing_in_crosses_the_network_under_tls_only(
    nginx: str, office: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    files = ["-keyout", str(tmp_path / "inside.key"), "-out", str(tmp_path / "inside.crt")]
    about = ["-subj", "/CN=inside.registry.example", "-days", "2", "-nodes"]
    subprocess.run([*command, *files, *about], check=True, capture_output=True)
    state = tmp_path / "state"
    now = datetime(2021, 6, 30, tzinfo=timezone.utc)
    with Accounts(state).changing() as users:
        users["wang"] = User(
            name="wang",
            role="office",
            body=None,
            password_hash=hash_password(PASSWORD),
            changed_at=now,
        )
    site = open_internal_site(
        office,
        metadata,
        state,
        clock=time.time,
        monotonic=time.monotonic,
        notify=lambda _text: None,
        proxies=["127.0.0.1"],
    )
    plain, secure = free_port(), free_port()
    with serving(site.app()) as inside:
        text = (ROOT / "deploy" / "nginx-internal.conf").read_text(encoding="utf-8")
        for old, new in {
            "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
            "listen 80;": f"listen 127.0.0.1:{plain};",
            "/etc/nginx/tls/": f"{tmp_path}/",
            "/var/log/nginx/": f"{tmp_path}/",
            "http://127.0.0.1:8010;": f"{inside.rstrip('/')};",
        }.items():
            assert old in text
            text = re.sub(rf"^(?!\s*#)(.*){re.escape(old)}", rf"\g<1>{new}", text, flags=re.M)
        folder = tmp_path / "conf"
        folder.mkdir()
        root = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(FRAME.format(user=root, ours=text), encoding="utf-8")
        with (
            running(nginx, folder, secure),
            httpx.Client(base_url=f"https://127.0.0.1:{secure}", verify=False) as visitor,
        ):
            sent = httpx.get(f"http://127.0.0.1:{plain}/-/sign-in")
            assert sent.status_code == 301
            assert sent.headers["location"].startswith("https://")
            page = {"accept": "text/html"}
            assert visitor.get("/", headers=page).headers["location"] == "/-/sign-in"
            origin = {"origin": str(visitor.base_url)}
            form = {"name": "wang", "password": PASSWORD}
            elsewhere = visitor.post(
                "/-/sign-in", data=form, headers={"origin": "https://evil.example"}
            )
            assert elsewhere.status_code == 403
            entered = visitor.post("/-/sign-in", data=form, headers=origin)
            assert entered.status_code == 303
            assert entered.headers["set-cookie"].startswith("__Host-registry_session=")
            assert entered.headers["set-cookie"].count("; Secure") == 2
            assert entered.headers.get_list("strict-transport-security") == ["max-age=31536000"]
            forged = {**page, "x-forwarded-for": "203.0.113.9"}
            answer = visitor.get("/catalogue.json?sql=select+1", headers=forged)
            assert answer.status_code == 200
            assert "no-store" in answer.headers["cache-control"]
            more = visitor.get("/catalogue/findings.json?_size=1", headers=page).json()
            assert more["next_url"].startswith("https://127.0.0.1:"), "as the proxy was asked"
            # Workbooks pass at the one address that takes them; the office has none to hand in.
            file = {"file": ("a.xlsx", bytes(2 << 20))}
            assert visitor.post("/answers", files=file, headers=origin).status_code == 404
            assert visitor.post("/inbox/1", files=file, headers=origin).status_code == 413
            file = {"file": ("a.xlsx", bytes(10 << 20))}
            refused = visitor.post("/answers", files=file, headers=origin)
            assert refused.status_code == 413
            assert refused.headers["x-content-type-options"] == "nosniff"
            assert "提交的内容过大" in refused.text
            log = (state / "access.log").read_text(encoding="utf-8")
            assert "203.0.113.9" not in log
            assert '"address": "127.0.0.1"' in log
            assert PASSWORD not in log
    site.close()
