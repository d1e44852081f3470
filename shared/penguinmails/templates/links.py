"""Finds the links of a template and numbers those whose clicks are counted."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from penguinmails.errors import InvalidInput, Problem
from penguinmails.templates.images import has_image, stands_among_others
from penguinmails.templates.limits import LINKS, TAGS
from penguinmails.templates.markup import Attribute, Tag, attribute, tags_of
from penguinmails.templates.sandbox import CHECKED_IMAGE, CHECKED_LINK, PLAIN, Sheet
from penguinmails.templates.shield import MARK, VALUE_MARK, Shield
from penguinmails.templates.source import SourceRefused, parse
from penguinmails.templates.urls import runs_code, web_url
from penguinmails.templates.variables import loop_names, paths, roots

_WEB: Final = re.compile(r"\s*https?://", re.IGNORECASE)
_BUILT_SCHEME: Final = re.compile(rf"[^:/?#]*{MARK.pattern}")
_IN_TEXT: Final = re.compile(rf"https?://(?:{VALUE_MARK}[0-9]+\ufdd1|[^\s<>\"\ufdd0-\ufdd2])+")
_ADDRESSES: Final = {"a": "href", "img": "src"}
FAULTS_SHOWN: Final = 20
_Fault = tuple[int, str, str, str]
_CLOSING: Final = ".,;:!?)]}'"


@dataclass(frozen=True, slots=True)
class LinkFault:
    """A link that cannot be followed: the line, what is wrong, and the fix."""

    line: int
    code: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Linker:
    """Replaces the addresses of links; `urls` holds each counted one at its number."""

    shield: Shield
    tracked: bool
    local: frozenset[str]
    urls: list[str] = field(default_factory=list)

    def in_html(self, text: str) -> str:
        """Replace the addresses of `<a href>` in shielded HTML, and check those of `<img src>`.

        They are put in quotes, so that nothing in them, and no empty one, ends the attribute.
        """
        kept: list[str] = []
        at = 0
        for tag in _opening(text):
            if found := attribute(text, tag, _ADDRESSES[tag.name]):
                address = self._address if tag.name == "a" else self._image
                quote = "" if text[found.start - 1] in "\"'" else '"'
                kept += (text[at : found.start], quote, address(found.value), quote)
                at = found.end
        return "".join((*kept, text[at:]))

    def in_text(self, text: str) -> str:
        """Replace the web addresses that stand in shielded plain text."""
        return _IN_TEXT.sub(self._in_text, text) if self.tracked else text

    def _address(self, address: str) -> str:
        if self.shield.unsubscribes(address) or not is_link(address):
            return address
        source = self.shield.restore(html.unescape(address.strip()))
        if self.tracked and self._stands_alone(source):
            return self._counted(source)
        return self._checked(address, CHECKED_LINK) if MARK.search(address) else address

    def _image(self, address: str) -> str:
        if not MARK.search(address) or not is_link(address):
            return address
        whole = _parses(self.shield.restore(address))
        return self._checked(address, CHECKED_IMAGE) if whole else address

    def _in_text(self, found: re.Match[str]) -> str:
        address = found[0].rstrip(_CLOSING)
        source = self.shield.restore(address)
        if self.shield.unsubscribes(address) or len(self.urls) >= LINKS:
            return found[0]
        if not self._stands_alone(source):
            return found[0]
        return self._counted(source) + found[0][len(address) :]

    def _stands_alone(self, source: str) -> bool:
        """Tell whether a click can know the address: it knows no loop's item, and signs nothing."""
        if "{" not in source:
            return True
        tree = parse(source)
        known = self.local.isdisjoint(roots(paths(tree)) | loop_names(tree))
        return known and not has_image(tree)

    def _counted(self, source: str) -> str:
        if source not in self.urls:
            self.urls.append(source)
        return self.shield.value(f"{{{{ {click_name(self.urls.index(source))} }}}}")

    def _checked(self, address: str, check: str) -> str:
        begin, end = f"{{% filter {check} %}}", "{% endfilter %}"
        return self.shield.value(begin) + address.strip() + self.shield.value(end)


def click_name(index: int) -> str:
    """Name the value that holds a click URL; authors cannot use names with an underscore first."""
    return f"_click_{index}"


def anchors(text: str) -> Iterator[Attribute]:
    """Give the address of each `<a href>` in shielded HTML."""
    return _addresses(text, "a")


def is_link(address: str) -> bool:
    """Tell whether a shielded address leads, or might lead, to a web page."""
    return bool(_WEB.match(address) or _BUILT_SCHEME.match(address))


def link_faults(source: str) -> list[LinkFault]:
    """List the links of a template that would not work or not be safe."""
    shield = Shield([])
    text = shield.cover(source)
    if text.count("<") > TAGS:
        return [LinkFault(1, "tags", f"more than {TAGS} tags", "write simpler HTML")]
    found = [_unclosed(tag) for tag in _opening(text) if tag.name == "a" and not tag.whole]
    hrefs = list(anchors(text))
    if len(hrefs) > LINKS:
        hint = f"keep to {LINKS} links"
        found.append((hrefs[LINKS].start, "links", f"more than {LINKS} links", hint))
    found += [fault for href in hrefs for fault in _faults(shield, href)]
    found += [fault for src in _addresses(text, "img") for fault in _image_faults(shield, src)]
    return [LinkFault(_line(shield, text, at), *rest) for at, *rest in found[:FAULTS_SHOWN]]


def render_link(source: str, context: Mapping[str, object]) -> str:
    """Give the address a click leads to; InvalidInput if it is not one of a web page."""
    url = web_url(Sheet(source, PLAIN).render(dict(context)) if "{" in source else source)
    if url is None:
        detail = "This link does not lead to a web page for this contact."
        raise InvalidInput(Problem(pointer="", code="link", detail=detail))
    return url


def _opening(text: str) -> Iterator[Tag]:
    """Give the tags that may hold an address of these."""
    return (tag for tag in tags_of(text) if tag.name in _ADDRESSES and not tag.closing)


def _addresses(text: str, name: str) -> Iterator[Attribute]:
    found = (attribute(text, tag, _ADDRESSES[name]) for tag in _opening(text) if tag.name == name)
    return (address for address in found if address is not None)


def _unclosed(tag: Tag) -> _Fault:
    return (tag.start, "tag-unclosed", "the <a> tag does not end", 'add the missing " or >')


def _faults(shield: Shield, href: Attribute) -> Iterator[_Fault]:
    if runs_code(html.unescape(href.value)):
        detail = "this address is not one of a page"
        yield (href.start, "link-scheme", detail, "link to an http or https address")
    if MARK.search(href.value) and not _parses(shield.restore(href.value)):
        detail = "a condition or loop begins inside a link's address and ends outside of it"
        hint = "write the whole <a …> tag in each branch"
        yield (href.start, "link-unbalanced", detail, hint)


def _image_faults(shield: Shield, src: Attribute) -> Iterator[_Fault]:
    source = shield.restore(src.value) if MARK.search(src.value) else ""
    if _parses(source) and stands_among_others(parse(source)):
        detail = "there is more in the address than what is signed"
        hint = "write it into the text before `|image`, or as one of its values"
        yield (src.start, "image-signature", detail, hint)


def _parses(source: str) -> bool:
    try:
        parse(source)
    except SourceRefused:
        return False
    return True


def _line(shield: Shield, text: str, position: int) -> int:
    return shield.restore(text[:position]).count("\n") + 1
