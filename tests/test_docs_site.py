"""The docs as a site: built without a warning, whole, and searched in Chinese without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag

import pytest

from docs.site_hooks import on_page_markdown
from registry.yaml_loader import load_yaml
from tests.conftest import ROOT, MadeOnce

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHINESE_TABS = ["首页", "入门", "日常工作", "查阅", "部署和安全"]
SEARCHES = {
    "督办单": "日常工作",
    "封存点": "变更记录",
    "台账工作簿": "数据格式",
    "部门合并": "日常工作",
    "离线安装包": "安装",
    "AGR001": "AGR001",
}
"""What is typed → the page that has to be among the first."""


def listed(nav: list[Any]) -> list[str]:
    """Pages of a navigation."""
    pages = []
    for entry in nav:
        (value,) = entry.values()
        pages += listed(value) if isinstance(value, list) else [value]
    return pages


def navigation() -> list[dict[str, Any]]:
    """What mkdocs.yml says of it; the rest of the file names Python objects."""
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = load_yaml(text[text.index("\nnav:") :].encode())["nav"]
    return found


def test_every_page_stands_in_the_navigation_and_the_chinese_ones_come_first() -> None:
    nav = navigation()
    assert [name for entry in nav for name in entry] == [*CHINESE_TABS, "English"]
    english = nav[-1]["English"]
    chinese = listed(nav[:-1])
    assert {page.partition("/")[0] for page in chinese} == {"zh", "index.md"}
    docs = ROOT / "docs"
    pages = {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")}
    rules = {page for page in pages if re.fullmatch(r"rules/[A-Z]{3}\d+\.md", page)}
    assert sorted([*chinese, *listed(english)]) == sorted(pages - rules)


@pytest.mark.parametrize(
    ("written", "built"),
    [
        ("告诉群众和\n企业，\n每项", "告诉群众和企业，每项"),
        ("1. 直接在\n   压缩包里", "1. 直接在压缩包里"),
        ("写 `--on`\n的日子\nthe day", "写 `--on`\n的日子\nthe day"),
        ("# 标题\n\n正文\n- 一\n- 二", "# 标题\n\n正文\n- 一\n- 二"),
        ("如下：\n```\n第一行\n第二行\n```\n完\n了", "如下：\n```\n第一行\n第二行\n```\n完了"),
    ],
)
def test_lines_of_a_chinese_paragraph_are_joined(written: str, built: str) -> None:
    assert on_page_markdown(written) == built


@pytest.fixture(scope="session")
def docs_site(made_once: MadeOnce) -> Path:
    """Build the site as `make docs-site` does."""

    def make(folder: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder / "site"],
            cwd=ROOT,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "WARNING" not in done.stderr

    return made_once("docs-site", make) / "site"


@pytest.mark.long
def test_the_site_is_whole_and_takes_nothing_from_elsewhere(docs_site: Path) -> None:
    files = [path.resolve() for path in docs_site.rglob("*.html") if path.name != "404.html"]
    pages = {path: path.read_text(encoding="utf-8") for path in files}
    assert len(pages) > 100
    for path, page in pages.items():
        for target in re.findall(
            r'<(?:script|img|link|source)\b[^>]*?(?:src|href)="([^"]+)"', page
        ):
            assert not target.startswith(("http:", "https:", "//")), (path.name, target)
        for link in re.findall(r'<a [^>]*?href="([^"]+)"', page):
            address, anchor = urldefrag(unquote(link))
            if not re.match(r"[a-z]+:", address):
                target = path.parent / address if address else path
                assert target.exists(), (path.name, link)
                if anchor and target.suffix == ".html":
                    assert f'id="{anchor}"' in pages[target.resolve()], (path.name, link)


@pytest.mark.long
@pytest.mark.browser
def test_chinese_is_found_from_a_folder_without_a_network(
    browser: Browser, docs_site: Path
) -> None:
    context: Any = browser.new_context(
        viewport={"width": 1280, "height": 850}, locale="zh-CN", offline=True
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if "http" in asked.url[:5] else None)
    try:
        page.goto((docs_site / "index.html").as_uri())
        assert page.evaluate("document.documentElement.lang") == "zh"
        field = page.locator("input.md-search__input")
        for words, title in SEARCHES.items():
            field.fill("")
            field.press("End")
            page.wait_for_function("!document.querySelector('.md-search-result__item')")
            field.fill(words)
            field.press("End")
            page.locator(".md-search-result__item").first.wait_for()
            found = page.locator(".md-search-result__item h1").all_inner_texts()
            assert any(title in name.replace("\u200b", "") for name in found[:4]), (words, found)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 800})
            for name in ("index", "zh/daily", "zh/cli", "zh/sql"):
                page.goto((docs_site / f"{name}.html").as_uri())
                assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    finally:
        context.close()
    assert wrong == []
