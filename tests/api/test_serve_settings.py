"""Settings: where they come from, which goes before which, and what is refused."""

from pathlib import Path

import pytest

from openzone.api.reading import OTHERS, SettingsError, settings
from openzone.api.settings import SECRETS, Settings, beside


def faults(**sources):
    with pytest.raises(SettingsError) as caught:
        settings(**sources)
    return caught.value.faults


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "openzone.toml"

    def written(text):
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_without_settings_the_service_listens_on_this_machine_alone():
    found = settings()
    assert (found.host, found.port, found.local) == ("127.0.0.1", 8017, True)
    assert found.cors_origins == ()
    assert found.store_url == f"sqlite:///{Path.cwd() / 'openzone-data' / 'openzone.db'}"


def test_the_environment_goes_before_the_file_and_the_command_before_both(file):
    path = file('port = 1111\nworkers = 2\nbook = "one"\n')
    environ = {"OPENZONE_PORT": "2222", "OPENZONE_BOOK": "two"}
    found = settings(path, environ, {"book": "three"})
    assert (found.workers, found.port, found.book) == (2, 2222, "three")


def test_the_environment_may_name_the_file(file):
    path = file("workers = 3\n")
    assert settings(environ={"OPENZONE_SETTINGS": str(path)}).workers == 3


def test_lists_stand_in_the_environment_with_commas_and_in_the_file_as_lists(file):
    path = file('trusted_proxies = ["10.0.0.1"]\nallowed_hosts = ["zone.example"]\n')
    found = settings(path, {"OPENZONE_TRUSTED_PROXIES": "10.1.0.0/16, fd00::1"})
    assert found.trusted_proxies == ("10.1.0.0/16", "fd00::1")
    assert "zone.example" in found.hosts


def test_an_unknown_name_is_refused_with_the_nearest(file):
    (first,) = faults(file=file("wokers = 2\n"))
    assert (first.code, first.field) == ("unknown_field", "wokers")
    assert "'workers'" in first.next
    (second,) = faults(environ={"OPENZONE_PROT": "1"})
    assert (second.field, second.next) == ("OPENZONE_PROT", "did you mean 'OPENZONE_PORT'?")


def test_variables_of_other_parts_of_the_program_are_left_to_them():
    assert settings(environ=dict.fromkeys(OTHERS - {"OPENZONE_SETTINGS"}, "x")) == settings()


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_from_a_file(tmp_path, name):
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    others = {"OPENZONE_OIDC_ISSUER": "https://id.example", "OPENZONE_OIDC_CLIENT": "zone",
              "OPENZONE_OIDC_SECRET": "x"}  # fmt: skip
    environ = {f"OPENZONE_{name.upper()}_FILE": str(secret)}
    if name == "oidc_secret":
        environ |= others
        del environ["OPENZONE_OIDC_SECRET"]
    found = getattr(settings(environ=environ), name)
    assert getattr(found, "get_secret_value", lambda: found)() == "s3cret"


def test_a_secret_given_twice_or_not_readable_or_empty_is_refused(tmp_path):
    empty = tmp_path / "empty"
    empty.touch()
    twice = {"OPENZONE_STORE": "a", "OPENZONE_STORE_FILE": str(empty)}
    assert [one.code for one in faults(environ=twice)] == ["contradiction"]
    gone = {"OPENZONE_STORE_FILE": str(tmp_path / "gone")}
    assert [one.code for one in faults(environ=gone)] == ["unreadable"]
    assert [one.code for one in faults(environ={"OPENZONE_STORE_FILE": str(empty)})] == [
        "missing_field"
    ]


def test_what_is_no_secret_has_no_file_of_its_own(tmp_path):
    (fault,) = faults(environ={"OPENZONE_PORT_FILE": str(tmp_path)})
    assert fault.code == "unknown_field"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"port": 70000}, "port"),
        ({"port": "http"}, "port"),
        ({"workers": 0}, "workers"),
        ({"public_url": "http://zone.example"}, "public_url"),
        ({"public_url": "https://zone.example/path"}, "public_url"),
        ({"trusted_proxies": "0.0.0.0/0"}, "trusted_proxies"),
        ({"trusted_proxies": "proxy"}, "trusted_proxies"),
        ({"cors_origins": "*"}, "cors_origins"),
        ({"allowed_hosts": "*"}, "allowed_hosts"),
        ({"allowed_hosts": "zone.example:80"}, "allowed_hosts"),
        ({"log_level": "loud"}, "log_level"),
        ({"oidc_issuer": "https://id.example"}, ""),
        ({"metrics": "token"}, ""),
        ({"session_idle_minutes": 60, "session_minutes_max": 30}, ""),
    ],
)
def test_a_wrong_value_is_refused_by_name(given, field):
    found = faults(given=given)
    assert [(one.code, one.field) for one in found] == [("wrong_value", field)]


def test_all_faults_are_told_at_once():
    assert {one.field for one in faults(given={"port": -1, "workers": 0})} == {"port", "workers"}


def test_no_secret_is_told_by_an_error_or_by_printing_the_settings():
    given = {"metrics_token": "hush", "store": "postgresql://u:hush@db/zone", "port": 1}
    assert "hush" not in repr(settings(given=given)) + str(settings(given=given))
    said = " ".join(map(str, faults(given=given | {"port": -1})))
    assert "hush" not in said


def test_the_password_of_the_database_joins_a_url_without_one():
    found = settings(given={"store": "postgresql://zone@db/zone", "store_password": "p@ss/:"})
    assert found.store_url == "postgresql://zone:p%40ss%2F%3A@db/zone"
    kept = settings(given={"store": "postgresql://zone:own@db/zone", "store_password": "other"})
    assert kept.store_url == "postgresql://zone:own@db/zone"


def test_a_file_that_is_not_toml_is_refused_by_name(file):
    (fault,) = faults(file=file("port: 1\n"))
    assert (fault.code, fault.file.endswith("openzone.toml")) == ("unreadable", True)


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        settings().port = 1  # type: ignore[misc]


def test_every_setting_has_its_meaning_in_both_languages():
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert beside(name)["zh"], name
