"""Runs the demo: `make demo`, with CONTACTS, CAMPAIGN, KEEP and SEED from the environment."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from penguinmails import bootstrap
from penguinmails.bootstrap import House
from penguinmails.local import child
from penguinmails.local.demo import inbox_page, report_page
from penguinmails.local.demo.audit import audit, run_of
from penguinmails.local.demo.checks import Check, Run, check, lateness, quantile, reasons_of
from penguinmails.local.demo.client import Api, RequestFailed
from penguinmails.local.demo.display import Progress, say, show_table
from penguinmails.local.demo.mailbox import Mailbox
from penguinmails.local.demo.play import Play
from penguinmails.local.demo.post import Post
from penguinmails.local.demo.prepare import EXAMPLES, Prepared, create, import_contacts
from penguinmails.local.hops import Scene
from penguinmails.local.stack import NeverQuiet, Options, Stack, running_stack
from penguinmails.local.virtual import VirtualTime
from penguinmails.senders.add import add_sender
from penguinmails.tenants.create import Asked, Workspace, create_workspace

SEGMENT = "everyone"
ALL = ("welcome.yaml", "nurture.yaml", "broadcast.yaml")
ONE = ("broadcast.yaml",)
USUAL_CONTACTS = 500
ROWS_AT_ONCE = 20_000
OUT = Path("out")


@dataclass(frozen=True, slots=True)
class Asking:
    """What the caller wants of the demo."""

    contacts: int
    seed: int
    keep: bool
    campaign: Path | None

    @property
    def files(self) -> list[Path]:
        """The caller's own campaign, or the examples; many contacts get the broadcast alone."""
        if self.campaign is not None:
            return [self.campaign]
        names = ALL if self.contacts <= USUAL_CONTACTS else ONE
        return [EXAMPLES / name for name in names]


def asking(environment: Mapping[str, str]) -> Asking:
    """Read what is asked; raises ValueError with a sentence."""
    numbers = {"CONTACTS": USUAL_CONTACTS, "SEED": 1}
    for name, usual in numbers.items():
        text = environment.get(name) or str(usual)
        if not text.isdigit() or int(text) < 1:
            message = f"{name}={text}: give a whole number from 1, such as {name}={usual}."
            raise ValueError(message)
        numbers[name] = int(text)
    campaign = Path(environment["CAMPAIGN"]) if environment.get("CAMPAIGN") else None
    if campaign is not None and not campaign.is_file():
        message = f"CAMPAIGN={campaign}: there is no such file."
        raise ValueError(message)
    keep = bool(environment.get("KEEP"))
    return Asking(numbers["CONTACTS"], numbers["SEED"], keep, campaign)


def demo(asked: Asking) -> bool:
    """Run everything, write what came of it under `out/`, and tell whether all checks hold."""
    started_s = monotonic()
    OUT.mkdir(exist_ok=True)
    with ExitStack() as cleanup:
        folder = Path(cleanup.enter_context(TemporaryDirectory(prefix="penguinmails-")))
        say("[bold]Starting[/] the local stack: an emulator on loopback, and a mail server")
        options = Options(schedules=False, virtual_clock=True)
        stack = cleanup.enter_context(running_stack(folder, options))
        say(f"  deployed in {monotonic() - started_s:.1f} s: {stack.api_url}/api/")
        os.environ.update(stack.environment)
        show = _Showing(stack, bootstrap.house(), asked)
        checks = show.run(started_s)
        if asked.keep:
            show.keep()
    return all(found.ok for found in checks)


class _Showing:
    def __init__(self, stack: Stack, house: House, asked: Asking) -> None:
        self._stack = stack
        self._house = house
        self._asked = asked
        wanted = Asked("Northlight", "Europe/Berlin", expected_contacts=asked.contacts)
        self._workspace: Workspace = create_workspace(wanted, house.tenant_ports())
        self._tenant = self._workspace.tenant.id
        self._api = Api(stack.api_url, self._workspace.key.text)
        self._post = Post(stack.mail, house.adapters.keyring())

    def run(self, started_s: float) -> list[Check]:
        """Tell the whole story once."""
        imported = self._import()
        prepared = [create(self._api, file) for file in self._asked.files]
        hook = self._workspace.hook
        url = f"{self._stack.api_url}/webhooks/sandbox/{hook.id}"
        time = VirtualTime(self._stack)
        began_at = time.now()
        mailbox = Mailbox(self._post, url, hook.secrets[0], time.now, self._asked.seed)
        play = Play(
            Scene(self._stack, self._house.timer, time), self._post, mailbox, self._asked.seed
        )
        self._vouch(prepared)
        self._launch(prepared)
        with Progress() as progress:
            play.run(progress.show, {one.id: one.slug for one in prepared})
        audited, analytics = audit(self._house, self._api, self._tenant, prepared)
        run = run_of(self._stack, self._house, self._post, mailbox, audited)
        checks = check(run)
        days = (time.now() - began_at).total_seconds() / 86_400
        report = self._report(run, checks, analytics, imported)
        report |= {
            "virtual_days": round(days, 1),
            "seconds": round(monotonic() - started_s, 1),
        }
        self._write(report)
        _print(report)
        return checks

    def _import(self) -> dict[str, Any]:
        content = _contacts(self._asked.contacts)
        total: Counter[str] = Counter()
        errors: Counter[str] = Counter()
        for part in _parts(content):
            found = import_contacts(self._api, part, SEGMENT)
            total.update({name: found[name] for name in _IMPORTED})
            errors.update(found["errorCounts"])
        why = ", ".join(f"{number} {code}" for code, number in errors.items())
        say(
            f"[bold]Imported[/] {total['rows']:,} rows: {total['created']:,} created, "
            f"{total['updated']} updated, {total['unchanged']} unchanged, "
            f"{total['skipped']} skipped ({why or 'none'})"
        )
        return {**total, "errorCounts": dict(errors)}

    def _vouch(self, prepared: list[Prepared]) -> None:
        """Let mail be from the campaigns' senders, as the demo's mail goes nowhere."""
        senders = (one.sender for one in prepared if one.sender.email)
        for sender in senders:
            add_sender(self._tenant, sender, self._house.adding_senders(), operator=True)

    def _launch(self, prepared: list[Prepared]) -> None:
        for one in prepared:
            self._api.post(f"/api/campaigns/{one.id}/launch")
            say(f"[bold]Launched[/] {one.name}")

    def _report(
        self, run: Run, checks: list[Check], analytics: dict[str, Any], imported: dict[str, Any]
    ) -> dict[str, Any]:
        late_s = lateness(run)
        return {
            "seed": self._asked.seed,
            "contacts": self._asked.contacts,
            "sent": len(self._post.mails),
            "lateness_s": {
                "p50": quantile(late_s, 0.5),
                "p99": quantile(late_s, 0.99),
                "p999": quantile(late_s, 0.999),
                "max": max(late_s, default=0),
                "histogram": {str(late): n for late, n in sorted(Counter(late_s).items())},
            },
            "checks": [{"id": c.id, "ok": c.ok, "detail": c.detail} for c in checks],
            "import": imported,
            "webhooks": dict(run.mailbox.webhooks),
            "reactions": dict(run.mailbox.counts),
            "domains": self._domains(run),
            "campaigns": [
                {
                    "id": audited.campaign.id,
                    "name": audited.campaign.name,
                    "type": audited.campaign.type.value,
                    "status": audited.campaign.status.value,
                    "audience": len(audited.targeted),
                    "reasons": dict(reasons_of(audited).most_common()),
                    "analytics": analytics[audited.campaign.id],
                    "window": _window(audited.campaign.launched_at, audited.campaign.completed_at),
                }
                for audited in run.audited
            ],
        }

    def _domains(self, run: Run) -> list[dict[str, Any]]:
        sent = Counter(d.address.rpartition("@")[2] for d in run.post.mails)
        bounced = Counter(
            run.post.mails[number].address.rpartition("@")[2] for number in run.mailbox.bounced
        )
        return [
            {"domain": domain, "sent": number, "bounced": bounced[domain]}
            for domain, number in sent.most_common()
        ]

    def _write(self, report: dict[str, Any]) -> None:
        (OUT / "report.json").write_text(json.dumps(report, indent=2) + "\n")
        (OUT / "report.html").write_text(report_page.render(report))
        names = inbox_page.step_names(self._post.mails, report)
        inbox_page.write(self._stack.mail, OUT / "inbox", names=names)

    def keep(self) -> None:
        """Leave the stack running until the caller has seen enough."""
        say(f"\nStill running: {self._stack.api_url}/api  key {self._workspace.key.text}")
        say("Press Ctrl+C to stop it.")
        try:
            while True:
                sleep(3600)
        except KeyboardInterrupt:
            say("Stopped.")


_IMPORTED = ("rows", "created", "updated", "unchanged", "skipped")


def _window(start_at: datetime | None, end_at: datetime | None) -> dict[str, str | None]:
    return {
        "start": start_at.isoformat() if start_at else None,
        "end": end_at.isoformat() if end_at else None,
    }


def _contacts(count: int) -> bytes:
    if count == USUAL_CONTACTS:
        return (EXAMPLES / "contacts.csv").read_bytes()
    script = [sys.executable, str(EXAMPLES / "make_contacts.py"), str(count)]
    return subprocess.run(script, check=True, capture_output=True).stdout


def _parts(content: bytes) -> list[bytes]:
    header, *lines = content.splitlines(keepends=True)
    return [
        header + b"".join(lines[start : start + ROWS_AT_ONCE])
        for start in range(0, len(lines), ROWS_AT_ONCE)
    ]


def _print(report: dict[str, Any]) -> None:
    say("")
    for campaign in report["campaigns"]:
        _print_campaign(campaign)
    for found in report["checks"]:
        mark = "[green]ok    [/]" if found["ok"] else "[bold red]FAILED[/]"
        say(f"  {mark} {found['id']}: {found['detail']}")
    late = report["lateness_s"]
    say(
        f"\n[bold]{report['sent']:,} mails[/] in {report['virtual_days']} virtual days, "
        f"{report['seconds']} seconds. Lateness: p50 {late['p50']} s, "
        f"p99.9 {late['p999']} s, max {late['max']} s."
    )
    say(f"Report: {OUT / 'report.html'}   Mails: {OUT / 'inbox' / 'index.html'}")


def _print_campaign(campaign: dict[str, Any]) -> None:
    columns = ["step", "sent", "delivered", "opened", "clicked", "bounced", "unsubscribed"]
    names = ["sent", "delivered", "uniqueOpens", "uniqueClicks", "bounced", "unsubscribed"]
    rows = [
        [step["name"], *(f"{step[name]:,}" for name in names)]
        for step in campaign["analytics"]["byStep"]
    ]
    reasons = ", ".join(f"{number} {reason}" for reason, number in campaign["reasons"].items())
    title = f"{campaign['name']} ({campaign['status']}): {campaign['audience']} people: {reasons}"
    show_table(title, columns, rows)


def main() -> int:
    """Run the demo; the exit code tells whether every check held."""
    try:
        return 0 if demo(asking(os.environ)) else 1
    except (ValueError, RequestFailed, NeverQuiet, child.ChildFailed) as problem:
        say(f"[bold red]The demo stopped.[/] {problem}")
        return 2


if __name__ == "__main__":
    sys.exit(main())
