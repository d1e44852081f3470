"""Writes the API's documentation as one HTML page that needs no other file: `make openapi`."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from penguinmails.api.call import JSON
from penguinmails.api.openapi import document

Data = Mapping[str, Any]

_HERE = Path(__file__).parent
FILE = _HERE / "docs.html"
_BASE = "/api"
"""What `$API` ends in, so that it is left out of the lines."""
_PLAIN = ":@,"
"""What a query may hold as it is, besides letters, digits and -._~ (RFC 3986, 3.4)."""


def html(description: Data) -> str:
    """Write the page of a description."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"curl": curl, "lines": lines, "places": places, "prose": prose}
    page = environment.get_template("docs_page.html")
    return page.render(api=description, groups=dict(_groups(description)))


def curl(operation: Data, method: str, path: str) -> str:
    """Give a command line that asks for an operation, with the examples of its description."""
    url, query = path.removeprefix(_BASE), []
    for each in operation["parameters"]:
        example = next(iter(each["schema"].get("examples", ())), None)
        if each["in"] == "path":
            url = url.replace(f"{{{each['name']}}}", str(example))
        elif each["in"] == "query" and example is not None:
            query.append(f"{each['name']}={quote(str(example), safe=_PLAIN)}")
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    words.append(f'"$API{url}{"?" if query else ""}{"&".join(query)}"')
    options = [] if operation.get("security") == [] else ['-H "Authorization: Bearer $KEY"']
    return " \\\n  ".join((" ".join(words), *options, *_sent(operation)))


def _sent(operation: Data) -> Iterator[str]:
    contents = operation.get("requestBody", {}).get("content", {})
    for kind, content in contents.items():
        yield f'-H "Content-Type: {kind}"'
        if kind == JSON:
            yield f"-d {shlex.quote(json.dumps(content['example'], ensure_ascii=False))}"
        else:
            yield f"--data-binary {shlex.quote(content['example'])}"
        return


def lines(example: object) -> str:
    """Write an example as people read it."""
    return (
        example if isinstance(example, str) else json.dumps(example, indent=2, ensure_ascii=False)
    )


def prose(text: str) -> Markup:
    """Show what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


def places(path: str) -> Markup:
    """Show where a path takes something in, and where it may break on a narrow screen."""
    marked = re.sub(r"(\{\w+\})", r"<i>\1</i>", str(escape(path)))
    return Markup(re.sub(r"(?<=.)/(?=[\w<])", "<wbr>/", marked))  # noqa: S704 - escaped


def _groups(description: Data) -> Iterator[tuple[str, list[tuple[str, str, Data]]]]:
    """Give each tag with its operations, by path and then as people meet them."""
    found = [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    for tag in description["tags"]:
        yield tag["name"], [each for each in found if tag["name"] in each[2]["tags"]]


def main() -> None:
    """Write the file."""
    FILE.write_text(html(document()))


if __name__ == "__main__":
    main()
