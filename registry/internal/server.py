"""The internal site, and the stack that each of its requests passes, from the outside inwards.

1. `AuthMiddleware` chooses the language, signs users in and out, and turns strangers away. What
   passes has the user's `Audience` in its scope and no credentials; its answer is sent on once it
   has a line in the access log.
2. `registry.site.hot_swap`, where a folder is served: the publication that `current` names by now.
3. `AudienceApps`, one for a publication: the application of the request's audience, on the file
   that holds what this audience may see.
4. `InternalDatasette` notes readers' SQL for the access log, and runs it in processes of their own
   (`sql_process`). Around it, as on the public site, stands `registry.site.response_cache`: request
   filter, headers, but no cache.
5. Datasette's routes, and the pages of `registry.internal.pages`.

Datasette is imported inside functions, as most commands do without it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from registry.internal.audience import AUDIENCE, OFFICE
from registry.internal.audience_apps import AudienceApps
from registry.internal.auth_middleware import AuthMiddleware, open_auth_middleware
from registry.locale import Language
from registry.model.config import AccessLogConfig


class InternalSite:
    """The middleware and the applications behind it, for `registry.site.server.run`.

    `inner` answers requests whose scope names an audience: an `AudienceApps`, or the hot swap
    that hands requests to the latest of them.
    """

    def __init__(
        self, inner: Any, middleware: AuthMiddleware, close_threads: Callable[[], None]
    ) -> None:
        self.inner = inner
        self.middleware = middleware
        self._close_threads = close_threads

    def app(self) -> AuthMiddleware:
        """The ASGI application."""
        return self.middleware

    def close(self) -> None:
        """Close log and files, and end the threads."""
        self.middleware.close()
        self.inner.close()
        self._close_threads()


def open_internal_site(
    published: Path,
    metadata: Mapping[str, Any],
    state_folder: Path,
    *,
    clock: Callable[[], float],
    monotonic: Callable[[], float],
    notify: Callable[[str], None],
    language: Language = "zh",
    proxies: Sequence[str] = (),
    interval: float = 1.0,
    log_config: AccessLogConfig | None = None,
) -> InternalSite:
    """The internal site on a published file, or on a folder of them.

    `metadata`: Datasette's. `state_folder`: of users, secret and log. `notify` is called with
    messages for the operator. `proxies`: the proxies with TLS before it, by address or network;
    none: it is asked directly. `interval`: seconds between looks into the folder. Raises SiteError
    for what is published, PrivateFileError for the state folder.
    """
    from registry.internal.application import make_internal
    from registry.internal.sql_process import QueryRunner
    from registry.site.hot_swap import HotSwapApp

    runner = QueryRunner()

    def open_apps(file: Path) -> AudienceApps:
        return AudienceApps(
            file, lambda path: make_internal(path, metadata, language=language, runner=runner)
        )

    inner: Any
    if published.is_dir():
        inner = HotSwapApp(
            published, open_apps, notify, interval=interval, extra_scope={AUDIENCE: OFFICE}
        )
    else:
        inner = open_apps(published)
    try:
        middleware = open_auth_middleware(
            inner.app(),
            state_folder,
            clock=clock,
            monotonic=monotonic,
            notify=notify,
            site_language=language,
            proxies=proxies,
            log_config=log_config,
        )
    except BaseException:
        inner.close()
        raise
    return InternalSite(inner, middleware, runner.close)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
