"""words.yml of an office -> the words that it adds to those of the search."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from registry.intake.problems import ProblemLog, refuse
from registry.intake.textfile import examine
from registry.intake.yaml_file import read_yaml
from registry.locale import _
from registry.model.word_list import WordList
from registry.validation import explain


def read_words(path: Path) -> WordList:
    """What the file states. Raises InputError, naming the line or the key."""
    content = read_yaml(examine(path))
    if content is None:
        return WordList()
    if not isinstance(content, dict):
        refuse(
            path,
            _("the file states no words"),
            _("Write “means:”, and under it what people say and what lists call it."),
        )
    try:
        return WordList.model_validate(content)
    except ValidationError as failure:
        log = ProblemLog(path)
        for error in failure.errors(include_url=False):
            log.add(*explain(error), key=".".join(map(str, error["loc"])) or None)
        log.close()
        raise
