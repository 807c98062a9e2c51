"""The service from another machine, by HTTP alone: asked, drafted, approved, verified, killed, cut.

Beside HTTP stand only what its keeper does (start, back up, restore) and what an auditor keeps.
"""

import datetime as dt
import random
import re
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from openzone.store.served import Served
from tests.api.browser import Browser, hiring, refused
from tests.api.running import PATIENCE_S, running, surroundings
from tests.office.four_eyes import wrong_approvals
from tests.store.cutting import CUT, cut, shim

__all__ = ["shim"]
SEED = 20261124
LINUX = sys.platform == "linux"
PASSWORD = re.compile(r"one-time password: (\S+)")
CLINIC = {
    "regime": "capital", "activity": "health.medical_institution.clinic", "foreign_share": "1.0",
    "place": "ftz:shanghai-lingang", "date": "2027-06-01",
}  # fmt: skip
LIST, ROW = "/reforms", "FI-FTZ-2021-20"


class Now:
    """The clock of the machine; nobody moves it."""

    def __call__(self):
        return dt.datetime.now(dt.UTC)

    def on(self, **_):
        pass


def seen(reform):
    return {"revision": reform["revision"], "content_hash": reform["content_hash"],
            "book_hash": reform["book"]["hash"]}  # fmt: skip


def text(official, percent):
    """A reform that opens clinics up to a share, begun with the text that the service gives."""
    asked = {"id": "OPEN-CLINICS", "open": [ROW], "place": [CLINIC["place"]]}
    begun = official.post("/reforms/new", asked).json()["text"]
    assert "foreign_total_max_percent: 100}" in begun
    begun = begun.replace("[health.medical_institution]", f"[{CLINIC['activity']}]")
    return begun.replace(
        "foreign_total_max_percent: 100}", f"foreign_total_max_percent: {percent}}}"
    )


def edit(drafter, reform, percent):
    """Give a reform another text, resting on the reform as it was read."""
    path, tag = f"{LIST}/{reform['id']}/revisions", f'"{reform["tag"]}"'
    return drafter.post(path, {"text": text(drafter, percent)}, **{"If-Match": tag})


def submitted(drafter, reform):
    path = f"{LIST}/{reform['id']}/submit"
    return drafter.post(path, {"revision": reform["revision"]}).json()


class Firm:
    """A firm's program with its key; it knows which questions were acknowledged as kept."""

    def __init__(self, browser):
        made = browser.post("/keys", {"label": "program", "roles": ["firm"]})
        assert made.status_code == 201, made.text
        self.headers = {"Authorization": f"Bearer {made.json()['secret']}"}
        self.kept = {}

    def ask(self, url):
        answer = httpx.post(f"{url}/v1/decide", json=CLINIC, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def keep(self, url, number):
        """Ask to keep a question; a number may be sent again when no answer came."""
        headers = self.headers | {"Idempotency-Key": f"question-{number}"}
        facts = CLINIC | {"foreign_share": f"0.{number:04}"}
        answer = httpx.post(f"{url}/v1/cases", json={"facts": facts}, headers=headers,
                            timeout=PATIENCE_S)  # fmt: skip
        assert answer.status_code == 201, answer.text
        self.kept[number] = answer.json()

    def keep_until_gone(self, url):
        """Keep one question after the other until the service does not answer."""
        number = max(self.kept, default=0) + 1
        while True:
            try:
                self.keep(url, number)
            except httpx.TransportError:
                return
            number += 1

    def held(self, url):
        """What the service holds of the firm, newest first."""
        found, following = [], httpx.URL(f"{url}/v1/cases?limit=200")
        while True:
            answer = httpx.get(following, headers=self.headers)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            if "next" not in answer.links:
                return found
            following = following.join(answer.links["next"]["url"])

    def check(self, url):
        """Everything that was acknowledged is there, once, and one more at most."""
        ids = [one["id"] for one in self.held(url)]
        assert len(set(ids)) == len(ids)
        assert {one["id"] for one in self.kept.values()} <= set(ids)
        assert len(ids) <= len(self.kept) + 1
        last = self.kept[max(self.kept)]
        answer = httpx.get(f"{url}/v1/cases/{last['id']}", headers=self.headers)
        assert answer.json()["answer"] == last["answer"]


class Auditor:
    """An auditor on a machine of their own: a key, checkpoints, the public key of the office."""

    def __init__(self, browser, folder):
        made = browser.post("/keys", {"label": "audit", "roles": ["auditor"]})
        self.secret, self.folder, self.notes = made.json()["secret"], folder, []
        self.headers = {"Authorization": f"Bearer {self.secret}"}

    def get(self, url, path):
        answer = httpx.get(f"{url}/v1/journal{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer

    def keeps(self, url):
        """Take the public key once, and a checkpoint."""
        if not self.notes:
            (self.folder / "public.key").write_text(self.get(url, "/key").text)
        note = self.folder / f"{len(self.notes)}.txt"
        note.write_text(self.get(url, "/checkpoint").text)
        self.notes.append(note)

    def verify(self, url):
        """What `openzone journal verify` says of the service, against all that was kept."""
        told = [word for note in self.notes for word in ("--checkpoint", str(note))]
        ran = program("journal", "verify", "--service", url, "--key", self.folder / "public.key",
                      *told, OPENZONE_API_KEY=self.secret)  # fmt: skip
        return ran.returncode, ran.stdout


def program(*words, **environment):
    return subprocess.run(
        [sys.executable, "-m", "openzone.cli.main", *map(str, words)], capture_output=True,
        env=surroundings() | environment, text=True, check=False, timeout=PATIENCE_S,
    )  # fmt: skip


def at_once(*acts):
    with ThreadPoolExecutor() as pool:
        return [one.result() for one in [pool.submit(act) for act in acts]]


def reform_is_approved_by_another(drafter, approver, other):
    """Draft, see, submit, approve; an edit kills the approval, and a racing one too."""
    made = drafter.post(LIST, {"text": text(drafter, 100)})
    assert made.status_code == 201, made.text
    path = f"{LIST}/{made.json()['id']}"
    effect = drafter.get(f"{path}/effect").json()
    (change,) = [one for one in effect["changes"] if one["regime"] == "capital"]
    assert all(one["after"] == "allowed_with_approval" for one in change["statements"])
    assert effect["power"]["needs"][0]["holder"]["en"]
    reform = submitted(drafter, made.json())
    refused(drafter.post(f"{path}/approve", seen(reform)), 403, "not_allowed")
    approved = approver.post(f"{path}/approve", seen(reform)).json()
    assert (approved["state"], reform["submission"]["effect"]) == ("approved", effect)
    edited = edit(drafter, approved, 90).json()
    assert edited["state"] == "draft" and [one["reason"] for one in edited["voided"]] == ["edited"]
    refused(approver.post(f"{path}/approve", seen(reform)), 409, "stale_approval")
    for percent in range(80, 85):
        reform = submitted(drafter, approver.get(path).json())
        said, revised = at_once(
            lambda reform=reform: approver.post(f"{path}/approve", seen(reform)).status_code,
            lambda reform=reform, percent=percent: edit(drafter, reform, percent).status_code,
        )
        now = other.get(path).json()
        if revised == 201:
            assert now["state"] == "draft" and said in {200, 409}
        else:
            assert (said, revised, now["state"]) == (200, 412, "approved")
            edit(drafter, now, percent)
    reform = submitted(drafter, approver.get(path).json())
    assert other.post(f"{path}/approve", seen(reform)).json()["state"] == "approved"
    return path


@pytest.mark.compiler
@pytest.mark.skipif(not LINUX, reason="the cut of power is made for Linux")
def test_by_http_alone_a_zone_works_and_nothing_is_lost(tmp_path, shim):
    draw, data, outside = random.Random(SEED), tmp_path / "data", tmp_path / "outside"
    outside.mkdir()
    with running(tmp_path / "1", data=data) as service, ExitStack() as pages:
        url = service.url

        def browser():
            found = Browser(None, Now(), url)
            pages.callback(found.http.close)
            return found

        (password,) = PASSWORD.findall(service.said)
        boss = browser().settle("admin", password)
        hire = hiring(boss, browser)
        firm, auditor = Firm(hire("firm")), Auditor(hire("auditor", "auditor"), outside)
        answer = firm.ask(url)
        assert (answer["verdict"], answer["because"][0]["row"]) == ("no", ROW)
        assert "item 20" in answer["because"][0]["cite"]
        people = (
            hire("drafter", "reform_officer"),
            *(hire(one, "approver") for one in ("ann", "ben")),
        )
        path = reform_is_approved_by_another(*people)
        reform = people[1].get(path).json()
        auditor.keeps(url)
        status, said = auditor.verify(url)
        assert (status, "the journal holds" in said) == (0, True), said
        firm.keep(url, 1)
        killer = threading.Timer(1.5, lambda: service.process.send_signal(signal.SIGKILL))
        killer.start()
        firm.keep_until_gone(url)
        killer.join()
    with running(tmp_path / "2", data=data, env=cut(shim, data, 250, draw)) as service:
        firm.check(service.url)
        auditor.keeps(service.url)
        assert auditor.verify(service.url)[0] == 0
        firm.keep_until_gone(service.url)
        assert service.process.wait(PATIENCE_S) == CUT
    there = {"OPENZONE_DATA": str(data)}
    backup = program("store", "backup", tmp_path / "zone.zip", **there)
    assert backup.returncode == 0, backup.stderr
    other = tmp_path / "other"
    other.mkdir()
    (data / "journal.key").rename(other / "journal.key")
    restored = program("store", "restore", tmp_path / "zone.zip", OPENZONE_DATA=str(other))
    assert restored.returncode == 0, restored.stderr
    with running(tmp_path / "3", data=other) as service:
        firm.check(service.url)
        firm.keep(service.url, max(firm.kept) + 1)
        auditor.keeps(service.url)
        status, said = auditor.verify(service.url)
        assert (status, "against 3 checkpoints" in said) == (0, True), said
        again = httpx.get(f"{service.url}/v1{path}", headers=auditor.headers).json()
        assert again == reform
        with Served(service.url, auditor.secret) as served:
            assert wrong_approvals(served.events(1_000_000)) == []
