"""What pydantic and PyYAML find wrong, in the words of a person with a table or a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from registry.errors import error_text
from registry.locale import N_, _, list_separator

if TYPE_CHECKING:
    from pydantic import ValidationError

    from registry.yaml_loader import YamlError

_MOST_SHOWN: Final = 200

_NUMBER_ERRORS: Final = (
    *(
        "int_type",
        "int_parsing",
        "int_parsing_size",
        "int_from_float",
        "float_parsing",
        "finite_number",
    ),
    *("greater_than_equal", "less_than_equal"),
)


_KINDS: Final = {
    "clause": N_("clause"),
    "annex": N_("annex"),
    "mode": N_("mode"),
    "superior document": N_("superior document"),
    "term": N_("agreement term"),
    "guidance kind": N_("kind of guidance"),
    "zone": N_("delegate"),
    "body id": N_("id of a delegate or department"),
    "zone name": N_("name of a delegate"),
    "duty": N_("duty"),
    "department name": N_("name of a department"),
    "rule": N_("rule"),
    "code": N_("code"),
    "act rule": N_("rule for an act"),
}
"""What an instrument states, as its model calls it."""

_REFERENCES: Final = {
    "is not stated": (
        N_("{kind} {value} is not stated"),
        N_("Correct it, or state it in its own list."),
    ),
    "stands twice": (N_("{kind} {value} stands twice"), N_("Keep one of them.")),
    "is reserved": (
        N_("{kind} {value} is reserved"),
        N_("Give the zone or department another id."),
    ),
    "is not checked, but gives no reason": (
        N_("{kind} {value} is not checked, but gives no reason"),
        N_("Say why under `reason`."),
    ),
    "needs an event exactly where it counts from cases": (
        N_("{kind} {value} needs an event exactly where it counts from cases"),
        N_("State `event` together with `counted_from: case`, and only there."),
    ),
    "has an act of cases, but does not count from them": (
        N_("{kind} {value} has an act of cases, but does not count from them"),
        N_("State `event_act` only together with `counted_from: case`."),
    ),
    "is met case by case, never by an agreement": (
        N_("{kind} {value} is met case by case, never by an agreement"),
        N_("Take out `proof: agreement`."),
    ),
    "is of what is missing and of what came late": (
        N_("{kind} {value} is of what is missing and of what came late"),
        N_("Give each a code of its own."),
    ),
}
"""What is wrong between parts of an instrument → in words, with the remedy."""
_OWN_ERRORS: Final = {
    "effect_incomplete": (
        N_("an effect that {kind} states {names}"),
        N_("State what is lacking."),
    ),
    "event_incomplete": (
        N_("of a body that is {kind}, an event states {names}"),
        N_("State what is lacking."),
    ),
    "act": (N_("“{value}” is no act"), N_("Acts are {known}.")),
    "act_rule": (
        N_("mode {mode}: what is answered with no has no condition, and no agreement gives it"),
        N_("Correct the answer, or take the condition out."),
    ),
    "effect_order": (
        N_("the handover comes before the effect"),
        N_("Correct one of the two dates."),
    ),
    "before_signing": (
        N_("{value} lies before the signing of the agreement on {signed_on}"),
        N_("Correct one of the two dates."),
    ),
    "after_expiry": (
        N_("the agreement expired on {expires_on}, and can't be terminated on {value}"),
        N_("Correct one of the two dates, or take the termination out."),
    ),
    "termination_basis": (
        N_("the agreement is terminated, but on what basis is not stated"),
        N_("Name the document or ground that ends it."),
    ),
    "termination_day": (
        N_("a basis of termination is stated, but no day"),
        N_("State the day on which the agreement ended, or take the basis out."),
    ),
    "web_address": (
        N_("“{value}” is not a web address"),
        N_("It begins with https:// or http://, and holds no spaces."),
    ),
    "telephone": (
        N_("“{value}” is not a telephone number"),
        N_("Write digits; several numbers are divided by 、."),
    ),
    "renews_itself": (
        N_("the agreement {value} is said to renew itself"),
        N_("Name the number of the earlier agreement, or leave the cell empty."),
    ),
}


def explain_all(failure: ValidationError) -> tuple[str, str]:
    """Problem and remedy of everything that a model found wrong, keys named, each remedy once."""
    problems, remedies = [], []
    for error in failure.errors(include_url=False):
        problem, remedy = explain(error)
        key = ".".join(map(str, error["loc"]))
        problems.append(error_text(problem, place=key or None))
        remedies.append(remedy)
    return list_separator().join(problems), " ".join(dict.fromkeys(remedies))


def explain_yaml(error: YamlError) -> tuple[str, str]:
    """Problem and remedy of a text that is not YAML; the line is named where it is known."""
    return yaml_problem(error, str(error))


def yaml_problem(error: YamlError, detail: str) -> tuple[str, str]:
    """Problem and remedy of a text that is not YAML; `detail`: what the error says of it."""
    if error.kind == "repeated":
        return detail, _("Keep one of the two lines.")
    if error.kind == "character":
        return (
            _("this is not YAML: {error}").format(error=detail),
            _("Delete the character; most editors do not show it."),
        )
    return (
        _("this is not YAML: {error}").format(error=detail),
        _("Check the indentation and the quotation marks near this line."),
    )


def _shown(value: object) -> str:
    """As much of a value as helps to find it."""
    try:
        text = str(value)
    except (RecursionError, ValueError):  # numbers of thousands of digits
        return "…"
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """What, and the remedy, of one pydantic error, in the words of a person with a table."""
    kind, value, context = error["type"], _shown(error.get("input")), error.get("ctx", {})
    if kind == "missing":
        return _("the cell is empty"), _("Fill it in.")
    if kind == "literal_error":
        expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
        return (
            _("“{value}” is not a known value").format(value=value),
            _("Use one of: {expected}.").format(expected=expected),
        )
    if kind in ("model_type", "dataclass_type", "dict_type"):
        return _("these are no keys with their values"), _("Write a line “key: value” for each.")
    if kind == "iso_date" or kind.startswith("date_"):
        return (
            _("“{value}” is not a date of the calendar").format(value=value),
            _("Write the date like 2021-05-28."),
        )
    if kind == "ambiguous_date":
        return (
            _("“{value}” can be read as more than one date").format(value=value),
            _("Write year, month and day, the year in four digits: 2021-05-28."),
        )
    if kind in _NUMBER_ERRORS:
        return _("“{value}” is not a number that fits").format(value=value), _("Write a number.")
    if kind == "string_type":
        return _("“{value}” is not a text").format(value=value), _("Put it in quotation marks.")
    if kind == "list_type":
        return _("this is no list"), _("Begin each entry with a hyphen, or write [a, b].")
    if kind in ("bool_parsing", "bool_type"):
        return _("“{value}” is neither yes nor no").format(value=value), _("Write 1 or 0.")
    if kind == "string_pattern_mismatch":
        return (
            _("“{value}” does not have the right form").format(value=value),
            _("The form is {pattern}.").format(pattern=context["pattern"]),
        )
    if kind == "control_character":
        return (
            _("it holds a control character ({code})").format(code=context["code"]),
            _("Delete the character; most editors do not show it."),
        )
    if kind == "repeated":
        return _("“{value}” names something twice").format(value=value), _("Name it once.")
    if kind == "string_too_long":
        return (
            _("the text is longer than {most} characters").format(most=context["max_length"]),
            _("Shorten it."),
        )
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return _("nothing of this name is known here"), _("Correct the name, or take it out.")
    if kind == "too_short":
        return _("the list is empty"), _("Name at least one.")
    if kind == "half_voided":
        return (
            _("a voided row says on which day and why"),
            _("Fill in both voided_on and voided_why, or neither."),
        )
    if kind == "calendar_outside":
        return (
            _("{day} is neither in {year} nor on 26–31 December {before}").format(**context),
            _("Correct the date, or move it to the file of its own year."),
        )
    if kind == "calendar_contradiction":
        return (
            _("{day} is listed as a day off and as a working day").format(**context),
            _("Remove it from one of the two."),
        )
    if kind == "calendar_repeated":
        return _("{day} is listed twice").format(**context), _("Remove one of the two.")
    if kind == "reference" and context["what"] in _REFERENCES:
        text, remedy = _REFERENCES[context["what"]]
        named = _(_KINDS[context["kind"]]) if context["kind"] in _KINDS else context["kind"]
        return _(text).format(kind=named, value=context["value"]), _(remedy)
    if kind == "message_word":
        return (
            _("the message names “{word}”, which findings of duties don't have").format(**context),
            _("Known are: {known}.").format(known=context["known"]),
        )
    if kind == "message_form":
        return (
            _("the message can't be filled in: {word}").format(**context),
            _("Set each name in braces, like {item_name}; write braces themselves twice."),
        )
    if kind in _OWN_ERRORS:
        problem, remedy = _OWN_ERRORS[kind]
        return _(problem).format(**context), _(remedy)
    return str(error["msg"]), _("Correct it.")
