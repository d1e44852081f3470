"""Two texts are compared line by line, and within bounds."""

from penguinmails.diff import unified


def test_what_differs_is_shown_and_what_does_not_is_empty() -> None:
    told = unified("one\ntwo\n", "one\n2\n", "old", "new")
    assert told == "--- old\n+++ new\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
    assert unified("one\n", "one\n", "old", "new") == ""


def test_only_a_newline_ends_a_line() -> None:
    told = unified("a\u2028b\r\n", "a\u2028b\n", "old", "new")
    assert told.endswith("\n-a\u2028b\r\n+a\u2028b\n")


def test_of_long_texts_all_lines_count_as_changed() -> None:
    told = unified("a\n" * 60_000, "b\na\n" * 30_000, "old", "new")
    assert told.startswith("--- old\n+++ new\n@@ -1,60000 +1,60000 @@\n-a\n")
    assert (told.count("\n-a"), told.count("\n+a")) == (60_000, 30_000)
    assert unified("a\n" * 60_000, "a\n" * 60_000, "old", "new") == ""


def test_a_long_text_beside_none_is_new_as_a_whole() -> None:
    told = unified("", "a\n" * 2_000, "/dev/null", "new")
    assert told.startswith("--- /dev/null\n+++ new\n@@ -0,0 +1,2000 @@\n+a\n")
    assert "\n-" not in told
