"""The pages that readers see: plain HTML that needs no script and repeats nothing it was given."""

import base64
import hashlib
from typing import Final

_STYLE: Final = (
    "body{margin:0;background:#f4f5f7;color:#1d2433;font:18px/1.55 system-ui,sans-serif}"
    "main{max-width:34rem;margin:12vh auto;padding:2.5rem;background:#fff;border-radius:12px}"
    "h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.25}p{margin:0 0 1.25rem}"
    "button{min-height:48px;padding:.7rem 1.6rem;border:0;border-radius:8px;"
    "background:#1f4fd8;color:#fff;font:inherit;font-weight:600;cursor:pointer}"
    "button:focus-visible{outline:3px solid #1d2433;outline-offset:3px}"
    "@media(max-width:36rem){main{margin:0;border-radius:0;min-height:100vh;box-sizing:border-box}}"
)
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
SECURITY_HEADERS: Final = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{title}</h1>\n{content}\n</main>\n</body>\n</html>\n"
    )


ASK: Final = _page(
    "Unsubscribe?",
    "<p>Press the button, and we stop sending you these emails at once.</p>\n"
    '<form method="post"><button type="submit">Unsubscribe</button></form>',
)
DONE: Final = _page(
    "You are unsubscribed",
    "<p>We have stopped sending you these emails. You can close this page.</p>",
)
TEST: Final = _page(
    "This was a test mail",
    "<p>Its readers will find a link here that stops the emails. "
    "This one stops nothing: nobody was unsubscribed. You can close this page.</p>",
)
CONFIRM: Final = _page(
    "Is this your address?",
    "<p>Somebody wants to send email from the address to which this link was mailed. "
    "If that is you, press the button. If it is not, close this page: nothing happens.</p>\n"
    '<form method="post"><button type="submit">Yes, emails may be sent from it</button></form>',
)
CONFIRMED: Final = _page(
    "Your address is confirmed",
    "<p>Emails may be sent from it now. You can close this page.</p>",
)
GONE: Final = _page(
    "This link does not work",
    "<p>It may be incomplete, or what it led to is not there any more. "
    "Please go back to the email and try the link once more.</p>",
)
LATER: Final = _page(
    "Please try again in a minute",
    "<p>We could not finish this just now. Nothing is wrong with your link: "
    "reload this page in a minute.</p>",
)
PIXEL: Final = base64.b64decode("R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
"""A transparent GIF of one dot, 43 bytes."""
