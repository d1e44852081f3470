"""The program `penguinmails`: its commands, and how it ends."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Annotated

import typer
from typer._click.exceptions import ClickException

from penguinmails import __version__
from penguinmails.cli import (
    campaigns,
    clock,
    contacts,
    explain,
    files,
    inbox,
    look,
    senders,
    stack,
    tail,
    templates,
    test_sends,
)
from penguinmails.cli.exits import MEANINGS, Exit
from penguinmails.cli.failure import Failure
from penguinmails.cli.output import Form, Output
from penguinmails.cli.session import Session

EVERYWHERE = ("-o", "--output", "--url", "--key")
"""Options that may stand behind any command."""

_CODES = "\n\n".join(f"{int(code)}: {meaning}" for code, meaning in MEANINGS.items())

app = typer.Typer(
    name="penguinmails",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog=f"Exit codes. 0: done.\n\n{_CODES}",
)


def _version(asked: bool | None) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    output: Annotated[Form, typer.Option("-o", "--output", help="For people or machines.")] = (
        Form.TEXT
    ),
    url: Annotated[str, typer.Option(help="Where the API is; PENGUINMAILS_URL comes first.")] = "",
    key: Annotated[str, typer.Option(help="The API key; PENGUINMAILS_KEY comes first.")] = "",
    _: Annotated[bool | None, typer.Option("--version", callback=_version, is_eager=True)] = None,
) -> None:
    """Write email campaigns as files, launch them, and see what happened to every person."""
    context.obj = Session(output, url, key)


app.command("up")(stack.up)
app.command("down")(stack.down)
app.command("doctor")(stack.doctor)
app.command("clock")(clock.clock)
app.command("lint")(files.lint)
app.command("plan")(files.plan)
app.command("apply")(files.apply)
app.command("export")(files.export)
app.command("schema")(files.schema)
app.command("preview")(templates.preview)
app.command("test-send")(test_sends.mail_test)
app.command("import")(contacts.import_)
app.command("get")(look.get)
app.command("inbox")(inbox.inbox)
app.command("verify")(senders.verify)
app.command("launch")(campaigns.launch)
app.command("pause")(campaigns.pause)
app.command("resume")(campaigns.resume)
app.command("cancel")(campaigns.cancel)
app.command("clone")(campaigns.clone)
app.command("report")(campaigns.report)
app.command("tail")(tail.tail)
app.add_typer(explain.app, name="explain")


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code; no traceback reaches anybody."""
    ordered = hoisted(arguments)
    form = _form(ordered)
    try:
        code = app(args=ordered, prog_name="penguinmails", standalone_mode=form is Form.TEXT)
    except Failure as failure:
        Output(form).failed(failure.lines(), failure.data())
        return failure.code
    except ClickException as error:
        told = Failure(error.format_message(), Exit.USAGE)
        Output(form).failed(told.lines(), told.data())
        return told.code
    except typer.Abort:
        return Exit.REFUSED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else Exit.USAGE
    return code if isinstance(code, int) else 0


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the options that may stand anywhere to the front, where they are read."""
    front: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            return [*front, *rest, argument, *left]
        if argument in EVERYWHERE:
            front += [argument, *([value] if (value := next(left, None)) is not None else [])]
        elif argument.partition("=")[0] in EVERYWHERE:
            front.append(argument)
        else:
            rest.append(argument)
    return [*front, *rest]


def _form(arguments: Sequence[str]) -> Form:
    """Find what -o or --output says, also where the command failed before it was read."""
    reader = ArgumentParser(add_help=False, allow_abbrev=False)
    reader.add_argument("-o", "--output")
    chosen, _ = reader.parse_known_args(arguments)
    return Form.JSON if chosen.output == Form.JSON else Form.TEXT


def main() -> None:
    """Run what the command line asks for."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
