"""Measures an email of 15 kB with 30 tracked links, from compiled template to MIME bytes."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from penguinmails import keyring
from penguinmails.ids import derived
from penguinmails.sends.message import Message
from penguinmails.sends.mime import mime_bytes
from penguinmails.templates.compile import CompiledTemplate, compile_template
from penguinmails.templates.context import context_of
from penguinmails.templates.template import Template
from penguinmails.tracking.tokens import Purpose, SignedUrls, Token

LINKS = 30
FEW, MANY, ROUNDS = 20, 120, 40
COUNTED = "--render-times"
DAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ADDRESS = "anna.lindqvist@example.com"
PARAGRAPH = """
<tr><td style="padding:16px 24px;font-family:Arial,sans-serif;font-size:15px;line-height:22px">
<h2 style="color:#1a1a1a">Offer {n} of this week</h2>
<p>Good news, {{{{ firstName|default("friend") }}}}: what you looked at last week is available
again, in the colours and sizes that you asked for. Delivery takes two to three days.</p>
<p><a href="https://shop.example.com/offers/{n}?ref=mail&amp;c={{{{ company|urlencode }}}}"
style="color:#0b5fff">See offer number {n}</a></p></td></tr>
"""


def template() -> Template:
    """Give a newsletter of 15 kB as rendered, each paragraph with a link of its own."""
    rows = "".join(PARAGRAPH.format(n=n) for n in range(1, LINKS + 1))
    html = f"<html><head><title>Offers</title></head><body><table>{rows}</table></body></html>"
    subject = "{{ firstName|default('Hello') }}, thirty offers for {{ company }}"
    return Template("offers", "Offers", subject, "Picked for {{ company }}", html, "")


def send(compiled: CompiledTemplate, ring: keyring.Keyring, number: int) -> bytes:
    """Write one email from start to end, as the advancer does."""
    urls = SignedUrls(_token(number), ring, "https://m.example.com")
    context = context_of(
        {"first_name": f"Zoë {number}", "company": "Lindqvist & Söner", "plan": "pro", "score": 40}
    )
    rendered = compiled.render(context, urls)
    return mime_bytes(
        Message(
            send_key=f"{number:032x}",
            token=urls.message_token(),
            from_name="Penguin Post",
            from_email="post@example.com",
            reply_to="answers@example.com",
            to_email=ADDRESS,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            message_id=f"<{number:032x}@example.com>",
            date=DAY,
            unsubscribe_url=urls.unsubscribe_url(),
        )
    )


def sender() -> Callable[[int], bytes]:
    """Compile once, and give what sends the email of a number."""
    compiled = compile_template(template(), tracked=True)
    ring = keyring.generate(lambda size: bytes(range(size)))
    return lambda number: send(compiled, ring, number)


def microseconds() -> float:
    """Measure one email's CPU time: the best of many rounds, so that other work counts little."""
    write = sender()
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for number in range(FEW):
            write(number)
        rounds.append((time.process_time() - begun) / FEW * 1e6)
    return round(min(rounds), 1)


def instructions() -> int | None:
    """Count the instructions of one email under valgrind; None where it is missing."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    return (_counted(valgrind, MANY) - _counted(valgrind, FEW)) // (MANY - FEW)


def figures() -> dict[str, Any]:
    """Measure everything."""
    return {
        "render_us": microseconds(),
        "render_instructions": instructions(),
        "render_bytes": len(sender()(1)),
        "render_links": LINKS,
    }


def main() -> None:
    """Print the figures, or with --render-times only write so many emails."""
    if COUNTED in sys.argv:
        write = sender()
        for number in range(int(sys.argv[-1])):
            write(number)
        return
    print(json.dumps(figures()))


def _token(number: int) -> Token:
    tenant, campaign, contact = (derived(kind, number) for kind in ("t", "c", "p"))
    return Token(Purpose.MESSAGE, tenant, campaign, contact, "1", 3, number % 16, 2, 1, 0, 0)


def _counted(valgrind: str, times: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        tool = [valgrind, "--tool=callgrind", f"--callgrind-out-file={out}"]
        command = [*tool, sys.executable, __file__, COUNTED, str(times)]
        steady = {**os.environ, "PYTHONHASHSEED": "0"}
        subprocess.run(command, env=steady, check=True, capture_output=True)
        total = re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)
    if total is None:
        raise RuntimeError("callgrind wrote no total")
    return int(total[1])


if __name__ == "__main__":
    main()
