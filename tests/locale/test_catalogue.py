"""The catalogue of messages: complete, and with the right placeholders."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from registry import locale
from registry.locale import _, enumerated, language, list_separator, use
from tests.conftest import ROOT

PO = ROOT / "registry/locale/zh/LC_MESSAGES/registry.po"
KEYWORDS = ("-k", "_", "-k", "N_", "-k", "NN_:1,2")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Extract the messages of code and templates as `make messages` does."""
    target = tmp_path_factory.mktemp("locale") / "registry.pot"
    options = ("-F", ROOT / "babel.cfg", *KEYWORDS, "-o", target, ROOT / "registry")
    CommandLineInterface().run(["pybabel", "-q", "extract", *map(str, options)])
    with target.open("rb") as stream:
        return read_po(stream)


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with PO.open("rb") as stream:
        return read_po(stream, locale="zh")


@pytest.fixture(autouse=True)
def _english_again() -> object:
    yield
    use("en")


def ids(catalogue: Catalog) -> set[str]:
    return {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id}


def test_every_text_of_the_code_is_in_the_catalogue_and_no_other(
    extracted: Catalog, chinese: Catalog
) -> None:
    assert ids(extracted) == ids(chinese)


def test_every_template_is_read_for_its_texts(extracted: Catalog) -> None:
    for template in (ROOT / "registry").rglob("templates/**/*.html"):
        found = {
            message.id
            for message in extracted
            if any(Path(file) == template for file, _line in message.locations)
        }
        written = re.findall(r'\b_\("(.*?)"\)', template.read_text(encoding="utf-8"))
        assert set(written) <= found, template


def test_every_text_is_translated(chinese: Catalog) -> None:
    for message in chinese:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not message.id or all(texts), message.id
        assert not message.fuzzy, message.id


def fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_placeholders_are_the_same(chinese: Catalog) -> None:
    for message in chinese:
        if isinstance(message.id, str) and message.id and "%(" not in message.id:
            assert fields(message.id) == fields(message.string), message.id


def test_chinese_texts_are_chinese_with_chinese_punctuation(chinese: Catalog) -> None:
    for message in chinese:
        text = message.string if isinstance(message.string, str) else message.string[0]
        if message.id and re.search(r"[\u4e00-\u9fff]", text):
            assert not re.search(r"[\u4e00-\u9fff][,;:?!]", text), text


def test_the_compiled_catalogue_is_the_one_in_the_tree(chinese: Catalog) -> None:
    use("zh")
    for message in chinese:
        if isinstance(message.id, str) and message.id:
            assert _(message.id) == message.string, "reinstall, to compile the catalogue anew"


def test_language_is_chosen_and_asked_for() -> None:
    assert (language(), list_separator(), _("Zone")) == ("en", ", ", "Zone")
    use("zh")
    assert (language(), list_separator(), _("Zone")) == ("zh", "、", "承接主体")


def test_many_words_are_not_all_enumerated() -> None:
    words = [f"z{n}" for n in range(25)]
    use("en")
    assert enumerated(words[:20]) == ", ".join(words[:20])
    assert enumerated(words) == ", ".join(words[:20]) + " and 5 more"
    use("zh")
    assert enumerated(words, 2) == "z0、z1等，另有 23 项"


def test_the_folder_holds_what_gettext_looks_for() -> None:
    assert Path(locale.FOLDER, "zh", "LC_MESSAGES", f"{locale.DOMAIN}.mo").is_file()
