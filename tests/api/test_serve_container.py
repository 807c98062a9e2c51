"""The container file and the compose file: nobody's password, no rights that are not needed."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from openzone import __version__
from openzone.api.reading import OTHERS, settings
from tests.tidy import tree

PINNED = re.compile(r"[\w./-]+:[0-9][\w.-]*(@sha256:[0-9a-f]{64})?$")
ROOTS = ("/", "/etc", "/proc", "/sys", "/var/run/docker.sock")


def instructions(text):
    """The instructions of a container file: their word and what follows, lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    lines = (line.strip() for line in joined.splitlines())
    return [(word.upper(), rest.strip()) for word, _, rest in (one.partition(" ") for one in lines)
            if word]  # fmt: skip


@pytest.fixture(scope="module")
def steps():
    return instructions(tree.text("Containerfile") or "")


@pytest.fixture(scope="module")
def last(steps):
    """The instructions of the last stage."""
    begun = max(at for at, (word, _) in enumerate(steps) if word == "FROM")
    return steps[begun:]


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(tree.text("compose.yaml") or "")


def values(steps, word):
    return [rest for one, rest in steps if one == word]


def environment(steps):
    found: dict[str, str] = {}
    for rest in values(steps, "ENV"):
        found |= dict(part.split("=", 1) for part in rest.split())
    return found


# ---- the container file ------------------------------------------------------------------------


def test_it_is_built_in_stages_from_pinned_images(steps):
    images = [rest.split()[0] for rest in values(steps, "FROM")]
    assert len(images) > 1 and all(map(PINNED.match, images))
    assert len(set(images)) == 1, "build and run on one Python"


def test_it_runs_as_nobody_in_particular(last):
    (user,) = values(last, "USER")
    assert re.fullmatch(r"[1-9][0-9]+:[1-9][0-9]+", user)
    at = [word for word, _ in last].index("USER")
    assert not {"RUN", "COPY", "ADD"} & {word for word, _ in last[at:]}


def test_it_fetches_nothing_by_itself_and_takes_no_secret(steps):
    assert not values(steps, "ADD")
    assert not any(re.search(r"curl|wget|\bsudo\b|chmod 777", rest) for _, rest in steps)
    names = {*environment(steps), *(one.split("=")[0] for one in values(steps, "ARG"))}
    assert not any(re.search(r"passw|secret|token|_key", name, re.I) for name in names)


def test_it_says_whether_it_is_ready_and_stops_as_the_service_does(last):
    (check,) = values(last, "HEALTHCHECK")
    assert "/v1/ready" in check
    assert values(last, "STOPSIGNAL") == ["SIGTERM"]
    command = json.loads(values(last, "ENTRYPOINT")[0]) + json.loads(values(last, "CMD")[0])
    assert command == ["openzone", "serve"]


def test_its_settings_are_settings_of_the_service(last):
    found = {k: v for k, v in environment(last).items() if k.startswith("OPENZONE_")}
    assert settings(environ=found).data == Path("/data")
    assert values(last, "VOLUME") == ['["/data"]']


def test_what_is_sent_to_the_build_is_what_it_copies(steps):
    for name in (".containerignore", ".dockerignore"):
        lines = (tree.text(name) or "").splitlines()
        let = {line[1:] for line in lines if line.startswith("!")}
        copied = {one.strip("./") for rest in values(steps, "COPY") if "--from" not in rest
                  for one in rest.split()[:-1]}  # fmt: skip
        assert lines[0] == "*" and let == copied


def test_the_linter_finds_nothing():
    beside = Path(sys.executable).parent / "hadolint"
    program = beside if beside.exists() else shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is not installed (extra `check`)")
    ran = subprocess.run([program, "Containerfile"], cwd=tree.ROOT, capture_output=True, text=True,
                         check=False)  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


# ---- the compose file --------------------------------------------------------------------------


def test_images_are_pinned(compose):
    for one in compose["services"].values():
        assert PINNED.match(one["image"]), one["image"]
    assert compose["services"]["service"]["image"] == f"openzone:{__version__}"


def test_no_service_has_rights_that_it_does_not_need(compose):
    for name, one in compose["services"].items():
        assert not one.get("privileged"), name
        assert not {"network_mode", "pid", "ipc", "cap_add", "devices"} & set(one), name
        assert one["read_only"] and one["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in one["security_opt"], name
        assert not [v for v in one["volumes"] if v.split(":")[0] in ROOTS], name
        assert {v.split(":")[0] for v in one["volumes"]} <= set(compose["volumes"]), name


def test_the_database_is_reached_from_inside_alone(compose):
    database = compose["services"]["store"]
    assert "ports" not in database and database["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_the_service_is_published_to_this_machine_alone(compose):
    for one in compose["services"]["service"]["ports"]:
        assert one.startswith("127.0.0.1:")


def test_secrets_are_files_and_no_password_is_written_down(compose):
    text = tree.text("compose.yaml") or ""
    for one in compose["services"].values():
        for name, value in one["environment"].items():
            if re.search(r"PASSWORD|SECRET|TOKEN", name):
                assert name.endswith("_FILE") and str(value).startswith("/run/secrets/"), name
                assert Path(value).name in one["secrets"]
    assert not re.search(r"://[^/\s]+:[^/\s]+@", text)
    ignored = (tree.text(".gitignore") or "").splitlines()
    assert all(held["file"].startswith("./secrets/") for held in compose["secrets"].values())
    assert "/secrets/" in ignored


def test_its_variables_are_settings_of_the_service(compose, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s")
    found: dict[str, str] = {}
    for name, value in compose["services"]["service"]["environment"].items():
        asked = re.fullmatch(r"\$\{(OPENZONE_\w+):[?-](.*)\}", value)
        assert asked is None or asked[1] == name not in OTHERS
        found[name] = "https://zone.example" if asked and asked[2] else "" if asked else value
        if name.endswith("_FILE"):
            found[name] = str(secret)
    read = settings(environ=found)
    assert read.store_url == "postgresql://openzone:s@store/openzone"
    assert (read.public_url, read.metrics) == ("https://zone.example", "token")


def test_the_service_has_time_to_stop(compose):
    service = compose["services"]["service"]
    assert int(service["stop_grace_period"].removesuffix("s")) > settings().stop_seconds_max + 5
