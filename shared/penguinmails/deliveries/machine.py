"""Tells machines that fetch links and images from people who open mails, by the user agent."""

import re

_MACHINE = re.compile(
    r"(?<!cu)bot\b|crawl|spider|preview|scan|headless|monitor|validator|fetcher"
    r"|barracuda|proofpoint|mimecast|safelinks|trendmicro|symantec|fortinet|forcepoint"
    r"|googleimageproxy|yahoomailproxy|ggpht\.com"
    r"|facebookexternalhit|whatsapp|slack|skypeuripreview|embedly"
    r"|curl/|wget/|python-requests|python-urllib|aiohttp|go-http-client|java/|okhttp|libwww",
    re.IGNORECASE,
)
# Mail Privacy Protection fetches every image, read or not, and gives exactly this name.
_APPLE_PRIVACY = "Mozilla/5.0"
_LONGEST = 512


def is_machine(user_agent: str) -> bool:
    """Tell whether a request is none that a person is sure to have made.

    Image proxies count as machines: they fetch ahead and for many, so an open proves nothing.
    """
    return user_agent == _APPLE_PRIVACY or bool(_MACHINE.search(user_agent[:_LONGEST]))
