"""The product keeps the house rules, and each rule knows a breach when it sees one."""

from fnmatch import fnmatchcase

import pytest

from penguinmails.local.stack import ROOT
from tests.infra.house.module import Module
from tests.infra.house.rules import RULES

TABLES, TIME, RANDOM, SENDS, LOGS = RULES
USE_CASE, SES = "shared/penguinmails/sends/run.py", "shared/penguinmails/esp/ses.py"
FUNCTION = "functions/advancer/app.py"

BROKEN = [
    (TABLES, USE_CASE, "from penguinmails.table.port import Table\ndef f(table: Table): ..."),
    (TABLES, USE_CASE, "from penguinmails.table import port\ndef f(core: port.Table): ..."),
    (TABLES, USE_CASE, "import penguinmails.table.port as p\ndef f(core: p.Table): ..."),
    (TABLES, USE_CASE, "from penguinmails.table.memory import MemoryTable"),
    (TABLES, USE_CASE, "from penguinmails.table.listing import listed"),
    (TABLES, FUNCTION, "house.adapters.table('core').get(key)"),
    (TABLES, FUNCTION, "made = adapters.table('core')"),
    (TABLES, USE_CASE, "store._table.update(key, change)"),
    (TABLES, "shared/penguinmails/bootstrap/house.py", "self.table.put(item)"),
    (TIME, USE_CASE, "from datetime import UTC, datetime\nnow = datetime.now(UTC)"),
    (TIME, USE_CASE, "import datetime as d\nnow = d.datetime.utcnow"),
    (TIME, USE_CASE, "from datetime import date\nfield(default_factory=date.today)"),
    (TIME, USE_CASE, "import time\nt = time.time()"),
    (TIME, USE_CASE, "from time import time as tick"),
    (TIME, USE_CASE, "def f():\n    from time import monotonic"),
    (TIME, FUNCTION, "from time import *"),
    (RANDOM, USE_CASE, "import random\nrandom.choice([1, 2])"),
    (RANDOM, USE_CASE, "from random import Random"),
    (RANDOM, USE_CASE, "from secrets import token_bytes"),
    (RANDOM, USE_CASE, "import os\nkey = os.urandom(16)"),
    (RANDOM, USE_CASE, "import os as system\ngive(system.urandom)"),
    (RANDOM, USE_CASE, "from uuid import uuid4 as new"),
    (RANDOM, FUNCTION, "import uuid\nid = str(uuid.uuid4())"),
    (SENDS, SES, "import urllib3\nhttp = urllib3.PoolManager()"),
    (SENDS, SES, "import urllib3\nhttp = urllib3.PoolManager(retries=3)"),
    (SENDS, SES, "from urllib3 import HTTPSConnectionPool as P\np = P('a', retries=True)"),
    (SENDS, SES, "from urllib3.util import Retry\nonce = Retry(0)"),
    (SENDS, SES, "import urllib3\nurllib3.request('POST', url)"),
    (SENDS, SES, "self._http.request('POST', url, retries=2)"),
    (SENDS, SES, "import requests"),
    (SENDS, SES, "from urllib.request import urlopen"),
    (SENDS, SES, "from botocore.config import Config\nc = Config(read_timeout=6)"),
    (
        SENDS,
        SES,
        "from botocore.config import Config\nc = Config(retries={'total_max_attempts': 2})",
    ),
    (SENDS, SES, "from botocore.config import Config\nc = Config(retries={'mode': 'standard'})"),
    (SENDS, SES, "session.create_client('sesv2')"),
    (SENDS, "shared/penguinmails/bootstrap/aws.py", "self.session.create_client('sesv2')"),
    (SENDS, "shared/penguinmails/bootstrap/aws.py", "self._session.client(service_name='ses')"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog(f'sent to {email}')"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog(event)"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog('sent', to=contact)"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog('sent', who=contact.email)"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog('sent', who=body['email'])"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog('sent', who=[str(address)])"),
    (LOGS, FUNCTION, "from penguinmails import observability as o\no.log('sent', who=f'{x}')"),
    (LOGS, FUNCTION, "from penguinmails import observability as o\no.log('s', a='{}'.format(x))"),
    (LOGS, FUNCTION, "from penguinmails.observability import log_failure\nlog_failure('a' + b, e)"),
    (LOGS, FUNCTION, "import logging\nlogging.info('sent')"),
    (LOGS, USE_CASE, "from aws_lambda_powertools import Logger"),
]

KEPT = [
    (TABLES, USE_CASE, "from penguinmails.table.port import Key\nd.get(1)\nd.update({})\nput(2)"),
    (TABLES, USE_CASE, "output.table(rows, columns, 'none')"),
    (TABLES, "shared/penguinmails/api/rate_store.py", "self._table.get(key)"),
    (TIME, USE_CASE, "from datetime import timedelta\nnow = clock.now() + timedelta(1)"),
    (TIME, USE_CASE, "now = datetime.now()\ntime = 3"),
    (RANDOM, USE_CASE, "import os, uuid\nuuid.UUID(os.environ['ID'])\nrandomness(16)"),
    (RANDOM, "shared/penguinmails/local/demo/play.py", "import random"),
    (SENDS, SES, "import urllib3\nurllib3.PoolManager(retries=False).request('POST', url)"),
    (
        SENDS,
        SES,
        "import botocore.config as b\nsession.create_client('sesv2', config=b.Config(retries={'total_max_attempts': 1}))",
    ),
    (SENDS, "shared/penguinmails/blobs/s3.py", "session.create_client('s3')"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog('sent', id=body['id'])"),
    (LOGS, FUNCTION, "from penguinmails.observability import log\nlog('opened', was=seen(token))"),
    (LOGS, USE_CASE, "from math import log\nlog(x)"),
]


@pytest.fixture(scope="module")
def product() -> list[Module]:
    paths = (path for folder in ("functions", "shared") for path in (ROOT / folder).rglob("*.py"))
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text()) for path in paths]


@pytest.mark.parametrize("rule", RULES)
def test_the_product_keeps_the_rule(product: list[Module], rule: str) -> None:
    assert len(product) > 400
    assert not [breach for module in product for breach in RULES[rule].breaches(module)]


@pytest.mark.parametrize(
    ("rule", "pattern"), [(name, each) for name, rule in RULES.items() for each in rule.exempt]
)
def test_who_is_exempt_from_a_rule_would_break_it(
    product: list[Module], rule: str, pattern: str
) -> None:
    exempt = [module for module in product if fnmatchcase(module.path, pattern)]
    assert any(RULES[rule].found(module) for module in exempt)


@pytest.mark.parametrize(("rule", "path", "source"), BROKEN)
def test_a_breach_of_a_rule_is_found(rule: str, path: str, source: str) -> None:
    assert RULES[rule].breaches(Module(path, source))


@pytest.mark.parametrize(("rule", "path", "source"), KEPT)
def test_what_only_looks_like_a_breach_is_not_one(rule: str, path: str, source: str) -> None:
    assert not RULES[rule].breaches(Module(path, source))
