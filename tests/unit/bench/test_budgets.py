"""A figure is held against its own bar, and one that was not measured is left out."""

from tests.bench.budgets import Budget, lines, over, value_of


def test_a_figure_is_found_by_its_path() -> None:
    assert value_of({"lateness_s": {"p999": 7}}, "lateness_s.p999") == 7
    assert value_of({"lateness_s": {"p999": 7}}, "lateness_s.p50") is None


def test_what_exceeds_its_bar_is_over() -> None:
    assert over({"write_units_per_email": {"broadcast": 6.3, "five_step": 4.5}}) == [
        "write_units_per_email.broadcast"
    ]


def test_a_speed_has_to_reach_its_bar() -> None:
    assert over({"emails_per_s": 100.0}) == ["emails_per_s"]
    assert over({"emails_per_s": 200.0}) == []


def test_a_figure_without_a_bar_holds() -> None:
    assert Budget("peak_rss_mb").holds(10_000)


def test_only_what_was_measured_is_shown() -> None:
    shown = list(lines({"render_us": 250.0, "render_instructions": None}))
    assert len(shown) == 1
    assert shown[0].split() == ["render_us", "250", "1,000", "50", "ok"]
