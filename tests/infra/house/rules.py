"""The house rules that need more than a list of forbidden imports, and who is exempt, and why."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from penguinmails.table.port import Table
from tests.infra.house.module import Module, last_name, named

Breach = tuple[int, str]
"""A line, and what is wrong there."""

_PRODUCT: Final = "shared/penguinmails"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a module may not do, unless its path is among the exempt, each with a reason."""

    broken: Callable[[Module], Iterator[Breach]]
    exempt: Mapping[str, str]

    def breaches(self, module: Module) -> list[str]:
        """Tell what a module does against the rule, as `path:line: what`."""
        if any(fnmatchcase(module.path, pattern) for pattern in self.exempt):
            return []
        return self.found(module)

    def found(self, module: Module) -> list[str]:
        """Tell the same of a module that may be exempt."""
        return sorted(f"{module.path}:{line}: {what}" for line, what in self.broken(module))


def _uses_of(*forbidden: str) -> Callable[[Module], Iterator[Breach]]:
    """Find all uses of these, of what is in them, and imports of what they are in by a star."""

    def found(module: Module) -> Iterator[Breach]:
        for line, name in module.uses:
            for each in forbidden:
                owner = each.rpartition(".")[0]
                if name == each or name.startswith(f"{each}.") or name == f"{owner}.*":
                    yield line, name

    return found


# ---------------------------------------------------------------------------- tables

_TABLE: Final = "penguinmails.table"
_VERBS: Final = frozenset(name for name in vars(Table) if not name.startswith("_"))
_named_table = _uses_of(
    f"{_TABLE}.port.Table",
    f"{_TABLE}.dynamodb",
    f"{_TABLE}.expressions",
    f"{_TABLE}.listing",
    f"{_TABLE}.memory",
    f"{_TABLE}.statements",
)


def _table_calls(module: Module) -> Iterator[Breach]:
    """Find who names a table's type, gets a table, or calls what looks like one.

    Types are complete, so nobody is handed a table without naming its type.
    """
    yield from _named_table(module)
    for call in module.calls:
        match call.func:
            case ast.Attribute(value=owner, attr="table") if last_name(owner) != "output":
                yield call.lineno, "gets a table"
            case ast.Attribute(value=owner, attr=verb) if verb in _VERBS and _is_table(owner):
                yield call.lineno, f"calls {verb} of a table"


def _is_table(value: ast.expr) -> bool:
    return last_name(value).lstrip("_") == "table"


# ---------------------------------------------------------------------------- ESPs

_POOLS: Final = (
    "urllib3.PoolManager",
    "urllib3.ProxyManager",
    "urllib3.HTTPConnectionPool",
    "urllib3.HTTPSConnectionPool",
    "urllib3.connection_from_url",
    "urllib3.request",
)
_repeats = _uses_of(
    "aiohttp",
    "boto3",
    "httpx",
    "requests",
    "urllib.request",
    "urllib3.Retry",
    "urllib3.util.Retry",
    "urllib3.util.retry",
)
_MAIL_SERVICES: Final = {"ses", "sesv2", "pinpoint-email"}


def _esp_retries(module: Module) -> Iterator[Breach]:
    """Find what may send a request to an ESP twice, or follow it elsewhere, by itself."""
    if module.path.startswith(f"{_PRODUCT}/esp/"):
        yield from _repeats(module)
        yield from (breach for call in module.calls for breach in _may_repeat(module, call))
        return
    for call in module.calls:
        made = [*call.args, *(word.value for word in call.keywords)][:1]
        if last_name(call.func) in {"client", "create_client"} and _is_one_of(made, _MAIL_SERVICES):
            yield call.lineno, "makes a client of an ESP outside of esp"


def _may_repeat(module: Module, call: ast.Call) -> Iterator[Breach]:
    full, name = module.full(call.func), last_name(call.func)
    retries = named(call, "retries")
    if full in _POOLS and not _is_false(retries):
        yield call.lineno, f"{full} without retries=False"
    elif full == "botocore.config.Config" and not _allows_one_try(retries):
        yield call.lineno, "a botocore Config without total_max_attempts of 1"
    elif name == "create_client" and named(call, "config") is None:
        yield call.lineno, "a client without a config"
    elif (
        full not in _POOLS
        and name in {"request", "urlopen"}
        and not _is_false(retries, absent=True)
    ):
        yield call.lineno, f"{name} with retries of its own"


def _is_false(value: ast.expr | None, *, absent: bool = False) -> bool:
    return absent if value is None else isinstance(value, ast.Constant) and value.value is False


def _allows_one_try(retries: ast.expr | None) -> bool:
    if not isinstance(retries, ast.Dict):
        return False
    pairs = zip(retries.keys, retries.values, strict=True)
    said = {k.value: v for k, v in pairs if isinstance(k, ast.Constant)}
    most = said.get("total_max_attempts")
    return isinstance(most, ast.Constant) and most.value == 1


def _is_one_of(values: list[ast.expr], known: set[str]) -> bool:
    return any(isinstance(v, ast.Constant) and v.value in known for v in values)


# ---------------------------------------------------------------------------- logs

_LOGS: Final = {"penguinmails.observability.log", "penguinmails.observability.log_failure"}
_PERSONAL: Final = frozenset(
    [
        "address",
        "addresses",
        "body",
        "content",
        "data",
        "email",
        "from_email",
        "headers",
        "html",
        "key",
        "mail",
        "message",
        "name",
        "password",
        "payload",
        "raw",
        "recipient",
        "recipients",
        "secret",
        "subject",
        "text",
        "to",
        "to_email",
        "token",
        "url",
    ]
)
_COPIES: Final = frozenset(["dict", "list", "repr", "set", "sorted", "str", "tuple"])
_logger = _uses_of(
    "aws_lambda_powertools.Logger",
    "aws_lambda_powertools.logging",
    "logging",
    "penguinmails.observability.logger",
)


def _told_logs(module: Module) -> Iterator[Breach]:
    """Find lines whose event is not one fixed word, or whose fields may hold what is personal."""
    yield from _logger(module)
    for call in module.calls:
        if module.full(call.func) in _LOGS:
            if not isinstance(call.args[0], ast.Constant):
                yield call.lineno, "an event that is put together"
            for word in call.keywords:
                yield from ((call.lineno, what) for what in _personal(word))


def _personal(word: ast.keyword) -> Iterator[str]:
    if word.arg in _PERSONAL:
        yield f"a field called {word.arg}"
    for part in _shown(word.value):
        if last_name(part) in _PERSONAL:
            yield f"a field that shows a {last_name(part)}"
        elif isinstance(part, ast.JoinedStr | ast.BinOp) or last_name(part) == "format":
            yield "a field that is put together"


def _shown(value: ast.expr) -> Iterator[ast.expr]:
    """Give what a value shows: what a call takes is not what it gives, but for those that copy."""
    match value:
        case ast.Call(func=ast.Name(id=name), args=given) if name in _COPIES:
            yield from (part for each in given for part in _shown(each))
        case ast.List(elts=given) | ast.Tuple(elts=given) | ast.Set(elts=given):
            yield from (part for each in given for part in _shown(each))
        case ast.Dict(values=given):
            yield from (part for each in given for part in _shown(each))
        case ast.IfExp(body=one, orelse=other):
            yield from (*_shown(one), *_shown(other))
        case _:
            yield value


# ---------------------------------------------------------------------------- all of them

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "tables are called by stores": Rule(
            _table_calls,
            {
                f"{_PRODUCT}/*store.py": "a store",
                f"{_PRODUCT}/table/*": "the port and its adapters",
                f"{_PRODUCT}/bootstrap/adapters.py": "names what stands behind the port",
                f"{_PRODUCT}/bootstrap/aws.py": "picks the adapter",
                f"{_PRODUCT}/bootstrap/stores.py": "gives each store its table",
            },
        ),
        "the time comes in": Rule(
            _uses_of(
                "time",
                "datetime.datetime.now",
                "datetime.datetime.utcnow",
                "datetime.datetime.today",
                "datetime.date.today",
            ),
            {
                f"{_PRODUCT}/clock.py": "the clock",
                f"{_PRODUCT}/bootstrap/aws.py": "gives an ESP its tick",
                f"{_PRODUCT}/bootstrap/house.py": "hands over the sleep of one use case",
                f"{_PRODUCT}/bootstrap/secrets.py": "waits before it tries again",
                f"{_PRODUCT}/table/dynamodb.py": "waits before it tries again",
                f"{_PRODUCT}/cli/*": "runs on a person's machine",
                f"{_PRODUCT}/local/*": "runs on a person's machine",
            },
        ),
        "randomness comes in": Rule(
            _uses_of(
                "os.getrandom",
                "os.urandom",
                "random",
                "secrets",
                "ssl.RAND_bytes",
                "uuid.uuid1",
                "uuid.uuid4",
                "uuid.uuid6",
                "uuid.uuid7",
            ),
            {
                f"{_PRODUCT}/ids.py": "makes identifiers",
                f"{_PRODUCT}/bootstrap/adapters.py": "picks where randomness comes from",
                f"{_PRODUCT}/cli/client.py": "makes idempotency keys on a person's machine",
                f"{_PRODUCT}/local/*": "runs on a person's machine",
            },
        ),
        "nothing repeats a send by itself": Rule(
            _esp_retries,
            {},
        ),
        "logs hold nothing personal": Rule(
            _told_logs,
            {f"{_PRODUCT}/observability.py": "has the logger"},
        ),
    }
)
