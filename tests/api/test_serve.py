"""`openzone serve` as a process: how it starts, what it refuses, how it stops."""

import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time

import httpx
import pytest

from openzone.api.preparing import ServeError, refuse_open
from openzone.api.processes import Processes
from openzone.api.reading import settings
from openzone.office.signing_in import sign_in
from openzone.store.checkpoint import SigningKey
from openzone.store.store import Store
from tests.api.running import (
    COMMAND,
    PATIENCE_S,
    ends_at_once,
    refused,
    running,
    surroundings,
)
from tests.api.test_serve_standing import figure
from tests.waiting import until


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def notes(folder):
    return sorted((folder / "checkpoints").iterdir())


# ---- starting ----------------------------------------------------------------------------------


def test_a_first_start_makes_what_it_needs_for_its_owner_alone(tmp_path):
    with running(tmp_path) as service:
        assert service.url.startswith("http://127.0.0.1:")
        assert service.get("/v1/health").json() == {"status": "alive"}
        data = tmp_path / "data"
        assert mode(data) == 0o700
        assert {path.name: mode(path) for path in data.iterdir() if path.is_file()}.items() >= {
            "journal.key": 0o600, "openzone.db": 0o600,
        }.items()  # fmt: skip


def test_the_one_time_password_of_the_administrator_is_printed_once(tmp_path):
    with running(tmp_path) as service:
        first = service.said
        assert service.end() == 0
    assert "administrator: admin\n" in first
    (password,) = re.findall(r"one-time password: (\S{20,})", first)
    assert password not in service.logged
    with running(tmp_path) as again:
        assert "one-time password" not in again.said + again.logged
        store = Store.opened(f"sqlite:///{tmp_path / 'data' / 'openzone.db'}")
        assert sign_in(store, "admin", password).stage == "change"
        store.close()


def test_preparing_makes_the_same_and_ends(tmp_path):
    command = [*COMMAND, "--prepare", "--data", str(tmp_path / "data")]
    said = [
        subprocess.run(
            command, env=surroundings(), capture_output=True, text=True, check=True,
            timeout=PATIENCE_S,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert "one-time password: " in said[0] and "one-time password" not in said[1]
    assert (tmp_path / "data" / "journal.key").exists()


def test_only_this_machine_reaches_a_service_without_settings(tmp_path):
    with running(tmp_path) as service:
        port = httpx.URL(service.url).port or 0
        others = {str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None)}
        for address in others - {"127.0.0.1", "::1"}:
            if not address.startswith("127."):
                with pytest.raises(OSError), socket.create_connection((address, port), 2):
                    pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "zone.example"])
def test_an_address_that_others_reach_needs_tls_in_front(host):
    with pytest.raises(ServeError) as caught:
        refuse_open(settings(given={"host": host}))
    assert caught.value.code == "not_local" and "--public-url" in caught.value.faults[0].next
    refuse_open(settings(given={"host": host, "public_url": "https://zone.example"}))
    refuse_open(settings(given={"host": host, "behind_proxy": True}))


def test_the_command_refuses_it_before_it_makes_anything(tmp_path):
    status, said = refused("--host", "0.0.0.0", "--data", str(tmp_path / "data"))
    assert status == 2 and "[not_local]" in said
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        status, said = refused("--port", port, "--data", str(tmp_path / "data"))
    assert status == 2
    assert "[port_taken]" in said and f"127.0.0.1:{port}" in said and "--port" in said


def test_options_go_before_the_environment_and_unknown_settings_are_refused(tmp_path):
    status, said = refused(env={"OPENZONE_WORKERZ": "2"})
    assert status == 2 and "OPENZONE_WORKERS" in said
    env = {"OPENZONE_HOST": "0.0.0.0", "OPENZONE_LOG_LEVEL": "debug"}
    with running(tmp_path, "--host", "127.0.0.1", env=env) as service:
        until(lambda: '"route":"/v1/ready"' in service.logged)


def test_a_store_that_cannot_be_used_is_told_with_the_next_step(tmp_path):
    status, said = refused("--port", "0", "--data", str(tmp_path), "--store", "mysql://x/y")
    assert status == 2 and "[wrong_value] store" in said
    Store.opened(f"sqlite:///{tmp_path / 'openzone.db'}").close()
    with sqlite3.connect(tmp_path / "openzone.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of a later program'")
    status, said = refused("--port", "0", "--data", str(tmp_path))
    assert status == 2 and "[store_version]" in said and "Next:" in said


def test_a_signing_key_that_everybody_can_read_is_refused(tmp_path):
    key = tmp_path / "journal.key"
    key.write_text(SigningKey.made("zone").secret())
    key.chmod(0o644)
    status, said = refused("--port", "0", "--data", str(tmp_path))
    assert status == 2 and f"chmod 600 {key}" in said


def test_a_book_that_does_not_exist_is_told(tmp_path):
    status, said = refused("--port", "0", "--data", str(tmp_path / "data"), "--book", "cm")
    assert status == 2 and "[no_book]" in said and "a bundled book: cn" in said


# ---- stopping ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_that_is_stopped_leaves_a_signed_checkpoint(tmp_path, number):
    with running(tmp_path) as service:
        assert service.end(number) == 0
    data = tmp_path / "data"
    key = SigningKey.read((data / "journal.key").read_text())
    signed = key.verifier().opened(notes(data)[-1].read_text())
    store = Store.opened(f"sqlite:///{data / 'openzone.db'}")
    held = store.checkpoint()
    store.close()
    assert (signed.origin, signed.count, signed.root) == (held.origin, held.count, held.root)


class Slow:
    """A request that takes as long as another writer holds the store: whether it is ready."""

    def __init__(self, service):
        self.lock = sqlite3.connect(service.folder / "data" / "openzone.db", isolation_level=None)
        time.sleep(1.2)  # what was found a moment ago is not asked again
        self.lock.execute("BEGIN IMMEDIATE")
        self.answers = []
        self.thread = threading.Thread(target=self._ask, args=(service,))
        self.thread.start()
        time.sleep(0.5)

    def _ask(self, service):
        try:
            self.answers.append(service.get("/v1/ready").status_code)
        except httpx.TransportError as error:
            self.answers.append(type(error))

    def answer(self):
        self.thread.join(PATIENCE_S)
        self.lock.close()
        return self.answers[0]


def test_running_requests_are_finished_when_the_service_stops(tmp_path):
    with running(tmp_path) as service:
        slow = Slow(service)
        service.process.send_signal(signal.SIGTERM)
        assert slow.answer() == 503  # the store is busy, said by an answer and not by a cut
        assert service.process.wait(PATIENCE_S) == 0


def test_a_request_that_takes_too_long_does_not_hold_up_the_end(tmp_path):
    with running(tmp_path, env={"OPENZONE_STOP_SECONDS_MAX": "1"}) as service:
        slow = Slow(service)
        assert service.end() == 0
        assert slow.answer() != 200


# ---- several processes -------------------------------------------------------------------------


def processes(service):
    """The processes that told of something in the log."""
    lines = [json.loads(line) for line in service.logged.splitlines() if line.startswith("{")]
    return {line["process"] for line in lines if line.get("route")}


def test_several_processes_answer_count_together_and_are_replaced(tmp_path):
    env = {"OPENZONE_LOG_LEVEL": "debug"}
    with running(tmp_path, "--workers", "2", env=env) as service:
        end = time.monotonic() + PATIENCE_S
        asked = 0
        while len(processes(service)) < 2 and time.monotonic() < end:
            assert service.get("/v1/health").status_code == 200
            asked += 1
        first = processes(service)
        assert len(first) == 2 and service.process.pid not in first
        said = service.get("/metrics").text
        assert figure(said, "openzone_http_requests_total", route="/v1/health") == asked
        os.kill(min(first), signal.SIGKILL)
        while len(processes(service)) < 3 and time.monotonic() < end:
            try:
                service.get("/v1/health")
            except httpx.TransportError:
                continue  # the process that was killed had taken this request
        assert len(processes(service)) == 3
        assert '"event":"process ended"' in service.logged
        assert service.end() == 0


def test_processes_end_when_the_one_that_began_them_is_killed(tmp_path):
    with running(tmp_path, "--workers", "2") as service:
        url = service.url
        service.end(signal.SIGKILL)

    def nobody_answers():
        try:
            httpx.get(url + "/v1/health")
        except httpx.ConnectError:
            return True
        except httpx.TransportError:
            return False
        return False

    until(nobody_answers, PATIENCE_S)
    assert nobody_answers()


def test_processes_that_end_at_once_end_the_service(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held = Processes(settings(given={"workers": 2}), listener, target=ends_at_once)
        assert held.run(threading.Event()) is False
