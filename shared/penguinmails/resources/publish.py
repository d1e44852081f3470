"""Writes what is made of code and examples: `python -m penguinmails.resources.publish`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from penguinmails.campaign_templates.prebuilt import FILE
from penguinmails.resources.kinds import KINDS
from penguinmails.resources.library import library
from penguinmails.resources.rules import RULES
from penguinmails.resources.schema import schema_of

DOCS: Final = Path(__file__).resolve().parents[3] / "docs"
_BEGIN: Final = "# What is checked in files\n"
_INTRO: Final = """
Campaigns, templates, segments, topics and senders are written as YAML files (`examples/`), checked
offline and applied over the API. Each finding names file, line, column and one of these rules. An
error keeps the files from being applied; a warning does not. Where a warning is meant, allow it on
its line or the line above, and say why:

```yaml
# allow: open-based - who has not even opened gets the short version
- if: steps.intro.opened
```

This page is made from the rules themselves by `python -m penguinmails.resources.publish`.

| rule | severity | why | write instead |
|---|---|---|---|
"""


def pages() -> Iterator[tuple[Path, str]]:
    """Yield the place and the text of each page of the reference, and of the library."""
    for kind in KINDS:
        text = json.dumps(schema_of(kind), indent=2, ensure_ascii=False)
        yield DOCS / "schemas" / f"{kind}.json", text + "\n"
    yield DOCS / "lint.md", _BEGIN + _INTRO + "".join(_rows())
    yield FILE, library()


def _rows() -> Iterator[str]:
    for rule in sorted(RULES.values(), key=lambda rule: rule.id):
        cells = (rule.id, rule.severity, rule.why, rule.instead)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _publish() -> None:
    for path, text in pages():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _publish()
