"""Pages as files: to the byte what the server answers, and all of one publication."""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from registry.catalogue import page_files
from registry.catalogue.page_files import HOME, PAGE, PageFiles
from registry.catalogue.pages.discovery import page_addresses
from registry.site.asgi import Answer
from registry.site.errors import SiteError
from registry.site.publication_folder import current_publication
from tests.conftest import ROOT, Run, sample
from tests.publications import AS_OF, Visitor, publish_into

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links")
SITE = "http://localhost"
LATER = "2021-07-31"
LANGUAGES = ("zh", "en")


def publish(source: Path, folder: Path, metadata: dict[str, Any], day: str = AS_OF) -> PageFiles:
    """Publish into `folder`/public, with its pages into `folder`/pages."""
    files = PageFiles(folder / "pages", SITE, metadata)
    publish_into(source, folder / "public", as_of=day, demo=True, on_checked=files.write)
    files.switch()
    return files


@pytest.fixture(scope="module")
def folder(few: Path, metadata: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a few items with their pages. For reading only."""
    made = tmp_path_factory.mktemp("pages")
    publish(few, made, metadata)
    return made


@pytest.fixture(scope="module")
def server(folder: Path, metadata: dict[str, Any]) -> Iterator[Visitor]:
    """Serve the same publication."""
    one = Visitor(current_publication(folder / "public"), metadata)
    yield one
    one.close()


def addresses(server: Visitor) -> list[str]:
    """Every page that stands for itself."""
    return server._loop.run_until_complete(page_addresses(server.app))


def file_of(folder: Path, language: str, address: str) -> Path:
    """Where a page is."""
    return folder / f"pages/current/{language}{HOME if address == '/' else address}.html"


def test_a_file_is_to_the_byte_what_the_server_answers(folder: Path, server: Visitor) -> None:
    listed = addresses(server)
    assert len(listed) >= 15
    assert {address.split("/")[1] for address in listed} >= {"item", "zone", "department", "notice"}
    for address in listed:
        assert PAGE.fullmatch(address), address
        for language in LANGUAGES:
            answer = server.get(address, {"accept-language": language})
            path = file_of(folder, language, address)
            assert path.read_bytes() == answer.content, address
            assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == answer.content
            chosen = server.get(f"{address}?_lang={language}")
            assert chosen.content == answer.content, "a choice of language changes nothing else"
    files = [path for path in (folder / "pages/current").rglob("*.html") if path.is_file()]
    assert len(files) == 2 * len(listed)


def test_files_of_the_shipped_data_are_what_the_server_answers(
    published: Path, metadata: dict[str, Any], visitor: Visitor, tmp_path: Path, monkeypatch: Any
) -> None:
    drawn = ["/", "/data", "/changes", "/notice", *sample(addresses(visitor), 40)]

    async def some(_datasette: Any) -> list[str]:
        return drawn

    monkeypatch.setattr("registry.catalogue.pages.discovery.page_addresses", some)
    files = PageFiles(tmp_path / "pages", SITE, metadata)
    files.write(published)
    assert files.switch().pages == 2 * len(set(drawn))
    for address in drawn:
        for language in LANGUAGES:
            answer = visitor.get(address, {"accept-language": language})
            assert answer.status_code == 200
            assert file_of(tmp_path, language, address).read_bytes() == answer.content, address


def test_style_that_pages_need_is_beside_them(folder: Path, server: Visitor) -> None:
    needed = set()
    for path in (folder / "pages/current").rglob("*.html"):
        needed |= set(re.findall(r'<link rel="stylesheet" href="([^"?]+)', path.read_text("utf-8")))
    assert {"/static/catalogue.css", "/-/static/app.css"} <= needed
    for address in needed:
        path = folder / f"pages/current/assets{address}"
        assert path.read_bytes() == server.get(address).content
        assert path.with_name(f"{path.name}.gz").exists()


def test_languages_and_publications_are_of_different_times(folder: Path) -> None:
    times = {file_of(folder, one, "/notice").stat().st_mtime for one in LANGUAGES}
    assert len(times) == 2, "by time and size a web server names a version"
    compressed = file_of(folder, "en", "/notice").with_name("notice.html.gz")
    assert compressed.stat().st_mtime == file_of(folder, "en", "/notice").stat().st_mtime


def test_pages_bear_the_site_s_address(few: Path, metadata: dict[str, Any], tmp_path: Path) -> None:
    files = PageFiles(tmp_path / "pages", "https://registry.example:8443/", metadata)
    publish_into(few, tmp_path / "public", as_of=AS_OF, demo=True, on_checked=files.write)
    files.switch()
    text = file_of(tmp_path, "zh", "/notice").read_text("utf-8")
    assert '<link rel="canonical" href="https://registry.example:8443/notice">' in text
    assert "localhost" not in text


def test_the_link_changes_and_the_last_publication_stays(
    few: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    generations = []
    for day in (AS_OF, LATER, "2021-08-31"):
        publish(few, tmp_path, metadata, day)
        current = (tmp_path / "pages/current").resolve()
        assert day in (current / "zh/notice.html").read_text("utf-8")
        generations.append(current)
    assert not generations[0].exists()
    assert generations[1].is_dir()
    names = {path.name for path in (tmp_path / "pages").iterdir()}
    assert names == {"current", generations[1].name, generations[2].name}


def test_the_same_again_is_not_made_again(
    few: Path, metadata: dict[str, Any], tmp_path: Path, monkeypatch: Any
) -> None:
    publish(few, tmp_path, metadata)
    before = (tmp_path / "pages/current").resolve()

    async def fails(*_about: Any, **_more: Any) -> Answer:
        raise AssertionError("asked")

    monkeypatch.setattr(page_files, "fetch", fails)
    publish(few, tmp_path, metadata)
    assert (tmp_path / "pages/current").resolve() == before


@pytest.mark.parametrize("failure", ["status", "exception"])
def test_where_a_page_fails_nothing_is_published(
    few: Path, metadata: dict[str, Any], tmp_path: Path, monkeypatch: Any, failure: str
) -> None:
    publish(few, tmp_path, metadata)
    before = (tmp_path / "pages/current").resolve()
    served = current_publication(tmp_path / "public")
    asked = page_files.fetch

    async def fetch(app: Any, address: str, **how: Any) -> Answer:
        if not address.startswith("/zone/"):
            return await asked(app, address, **how)
        if failure == "status":
            return Answer(500, [], b"")
        raise OSError("no room")

    monkeypatch.setattr(page_files, "fetch", fetch)
    with pytest.raises((SiteError, OSError), match=r"/zone/\w+ can't be made \(500\)|no room"):
        publish(few, tmp_path, metadata, LATER)
    assert (tmp_path / "pages/current").resolve() == before
    assert current_publication(tmp_path / "public") == served
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {"current", before.name}


def test_what_killed_publications_left_goes_after_an_hour(
    few: Path, metadata: dict[str, Any], tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    old, young = pages / "pages-01234567.new", pages / "pages-89abcdef.new"
    for path in (old, young):
        (path / "zh").mkdir(parents=True)
    os.utime(old, (0, 0))
    (pages / "mine").mkdir()
    os.utime(pages / "mine", (0, 0))
    publish(few, tmp_path, metadata)
    assert not old.exists()
    assert young.exists()
    assert (pages / "mine").exists()


@pytest.mark.parametrize(
    "address",
    [
        *("", "registry.example", "ftp://registry.example", "https://", "https://a b", "https://["),
        *("https://a.example/pages", "https://a.example?x", "https://u:p@a.example", "http://a/#x"),
        *("https://例.example", "https://a.example:x", 'https://a"', "https://a.example:123456"),
    ],
)
def test_what_is_no_address_is_refused(
    metadata: dict[str, Any], tmp_path: Path, address: str
) -> None:
    with pytest.raises(SiteError, match="not the address of a site"):
        PageFiles(tmp_path / "pages", address, metadata)


@pytest.mark.parametrize("address", ["http://[::1]:80", "https://a.example/", "http://127.0.0.1:1"])
def test_what_is_an_address_is_taken(
    metadata: dict[str, Any], tmp_path: Path, address: str
) -> None:
    files = PageFiles(tmp_path / "pages", address, metadata)
    assert "://".join(files.origin) == address.rstrip("/")


def test_folders_of_other_things_are_left_alone(metadata: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "public").mkdir()
    (tmp_path / "public/current").write_text("catalogue-0123456789abcdef.db\n")
    for name in ("file", "public"):
        with pytest.raises(SiteError, match="is no folder of pages"):
            PageFiles(tmp_path / name, SITE, metadata)
    with pytest.raises(SiteError, match="there is no folder"):
        PageFiles(tmp_path / "no/pages", SITE, metadata)
    assert (tmp_path / "file").read_text() == "mine"


def test_nginx_looks_for_the_pages_that_are_written() -> None:
    conf = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    found = re.search(r'"~\^\(\?<registry_path>(.*?)\)\(\?:\\\?_lang', conf)
    assert found is not None
    assert f"/(?:{found[1][1:]})?".replace("]+)?)?", "]{1,200})?)?") == PAGE.pattern
    assert f'$"  {HOME};' in conf


def test_the_command_says_what_it_wrote(run: Callable[..., Run], few: Path, tmp_path: Path) -> None:
    pages = ("--pages", "pages", "--address", SITE)
    done = run("--db", few, "publish", "-o", "p.db", *pages, "--as-of", AS_OF)
    assert done.rc == 0, done.stderr
    written = len(list((tmp_path / "pages/current").rglob("*.html")))
    assert f"{written} pages in pages, 1 MB with what belongs to them." in done.stdout
    for wrong, words in (
        (("--to", "x", "--pages", "pages"), "--pages and --address go together"),
        (("--to", "x", "--address", SITE), "--pages and --address go together"),
        (("--to", "x", "--pages", "x", "--address", SITE), "another folder than --to"),
        (("--to", "x", "--internal", *pages), "goes with the public file"),
        (("--to", "x", "--pages", "y", "--address", "x.example"), "like https://registry.example"),
    ):
        refused = run("--db", few, "publish", *wrong)
        assert refused.rc == 2, wrong
        assert words in refused.stderr, refused.stderr
        assert not (tmp_path / "x").exists()
