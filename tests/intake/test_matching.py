"""Which rows of two lists are the same power."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from registry.intake.matching import (
    PROBABLE,
    Named,
    Pair,
    core,
    near_duplicates,
    pair_up,
)

JIA, YI = frozenset(["jia"]), frozenset(["yi"])


def test_the_same_for_all_that_matters() -> None:
    left = [Named("公司的设立、变更和注销登记", "行政许可")]
    right = [Named("取水许可", "行政许可"), Named("公司设立/变更/注销登记", "行政许可")]
    pairing = pair_up(left, right)
    assert pairing.same == [Pair(0, 1, 100.0)]
    assert not pairing.probable


def test_another_type_is_another_power() -> None:
    pairing = pair_up([Named("取水许可", "行政许可")], [Named("取水许可", "行政处罚")])
    assert not pairing.same
    assert not pairing.probable


def test_an_unstated_type_does_not_contradict() -> None:
    assert pair_up([Named("取水许可")], [Named("取水许可", "行政许可")]).same


def test_of_several_of_one_name_the_department_tells_which() -> None:
    left = [Named("行政检查", None, JIA), Named("行政检查", None, YI)]
    right = [Named("行政检查", None, YI), Named("行政检查", None, JIA)]
    assert pair_up(left, right).same == [Pair(0, 1, 100.0), Pair(1, 0, 100.0)]
    without = [Named("行政检查"), Named("行政检查")]
    doubtful = pair_up(without, right)
    assert not doubtful.same
    assert len(doubtful.probable) == 4
    assert len(doubtful.best()) == 2


def test_names_of_penalties_that_differ_in_two_characters_are_never_sure() -> None:
    left = [Named("对未取得排污许可证排放水污染物的处罚", "行政处罚")]
    right = [Named("对未取得排污许可证排放大气污染物的处罚", "行政处罚")]
    pairing = pair_up(left, right)
    assert not pairing.same
    assert [p.score >= PROBABLE for p in pairing.probable] == [True]


def test_the_frame_of_a_name_does_not_make_it_alike() -> None:
    assert core("对非法采砂行为的行政处罚") == core("非法采砂处罚")
    assert core("河道采砂许可（县级）") == core("河道采砂许可")
    one, other = (Named(f"对{what}行为的行政处罚", "行政处罚") for what in ("非法采砂", "擅自取水"))
    assert not pair_up([one], [other]).probable


def test_best_uses_every_row_once() -> None:
    left = [Named("道路货物运输经营许可"), Named("道路货物运输经营许可证")]
    right = [Named("道路危险货物运输经营许可"), Named("道路旅客运输经营许可")]
    best = pair_up(left, right).best()
    assert len({p.left for p in best}) == len({p.right for p in best}) == len(best)
    assert best[0].score == max(p.score for p in best)


def test_near_duplicates_are_told_once() -> None:
    rows = [Named("取水许可核发"), Named("采砂"), Named("取水许可核发"), Named("取水许可的核发")]
    assert [(p.left, p.right) for p in near_duplicates(rows)] == [(0, 2), (0, 3), (2, 3)]


def test_ticks_tell_how_far_it_is() -> None:
    ticks: list[tuple[int, int]] = []
    left = [Named(f"甲{n}乙{n * n}丙") for n in range(450)]
    pair_up(left, [Named("不相干的事项")], tick=lambda done, total: ticks.append((done, total)))
    assert ticks == [(0, 450), (200, 450), (400, 450)]


_NAMED = st.builds(
    Named,
    st.text(alphabet="取水许可的、（）县级", min_size=1, max_size=6),
    st.sampled_from([None, "行政许可", "行政处罚"]),
)


@given(st.lists(_NAMED, max_size=8), st.lists(_NAMED, max_size=8))
def test_no_row_has_two_sure_pairs(left: list[Named], right: list[Named]) -> None:
    pairing = pair_up(left, right)
    for side in ("left", "right"):
        sure = [getattr(pair, side) for pair in pairing.same]
        assert len(sure) == len(set(sure))
        assert not set(sure) & {getattr(pair, side) for pair in pairing.probable}
    for pair in (*pairing.same, *pairing.probable):
        types = {left[pair.left].power_type, right[pair.right].power_type}
        assert len(types - {None}) <= 1
