"""The settings of the service: one frozen object, from a file, the environment and the command.

`Settings` lists each setting once, with its form, its default and what it means in both languages;
docs/reference/settings.md is made from it. `openzone.api.reading.settings` reads it.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

LOOPBACK = ("localhost", "127.0.0.1", "::1")
ORIGIN = re.compile(r"https?://[^/?#@\s]+\Z")
HOST_NAME = re.compile(r"(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?\Z|[0-9a-fA-F:]+\Z")
MIB = 1024 * 1024


def told(default: Any, en: str, zh: str, unit: str = "", **bounds: Any) -> Any:
    """A setting: its default, what it means in English and Chinese, its unit, its bounds."""
    return Field(default, description=en, json_schema_extra={"zh": zh, "unit": unit}, **bounds)


Words = tuple[str, ...]


class Settings(BaseModel):
    """The settings of a service. Raises pydantic.ValidationError; `reading` tells it in words."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )

    # Where things are.
    data: Path = told(
        Path("openzone-data"), "The folder of the service: the embedded store, the signing key and "
        "checkpoints. Made with access for its owner alone.",
        "服务的目录：内置存储、签名密钥和检查点。新建时只有所有者可以访问。", "folder",
    )  # fmt: skip
    store: str = told(
        "", "The database of the store: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`. "
        "Empty: `openzone.db` in the data folder.",
        "存储所在的数据库：`sqlite:///FILE` 或 `postgresql://USER@HOST/NAME`。"
        "空：数据目录中的 `openzone.db`。",
        "URL", repr=False,
    )  # fmt: skip
    store_password: SecretStr = told(
        SecretStr(""), "The password of the database, when the URL of the store has none.",
        "数据库密码；存储的 URL 中没有密码时使用。", "secret",
    )  # fmt: skip
    book: str = told(
        "cn", "The rulebook that answers: a bundled book by name, or the folder of another.",
        "用来回答的规则手册：附带手册的名称，或另一手册的目录。", "name or folder", min_length=1,
    )  # fmt: skip

    # Who can reach it.
    host: str = told(
        "127.0.0.1", "The address on which the service listens. Any but a loopback address needs "
        "a `public_url` with https, or `behind_proxy`.",
        "服务监听的地址。非本机地址需要 https 的 `public_url`，或 `behind_proxy`。", "address",
        min_length=1,
    )  # fmt: skip
    port: int = told(
        8017, "The port on which the service listens; 0 takes a free one.",
        "服务监听的端口；0 表示任选一个空闲端口。", "port", ge=0, le=65535,
    )  # fmt: skip
    workers: int = told(
        1, "How many processes answer.", "回答请求的进程数。", "processes", ge=1, le=64
    )
    jobs: int = told(
        1, "How many jobs each of these processes does at once, beside answering; 0: none, where "
        "others do them.",
        "每个进程在回答请求之外同时执行的作业数；0：不执行，由其他进程执行。", "jobs", ge=0, le=16,
    )  # fmt: skip
    public_url: str = told(
        "", "The address that people use, when it differs from host and port: "
        "`https://zone.example`. With https, cookies are sent over https alone.",
        "与主机和端口不同时，人们使用的地址：`https://zone.example`。"
        "https 时，cookie 只经 https 发送。", "origin",
    )  # fmt: skip
    behind_proxy: bool = told(
        False, "A proxy in front ends TLS, and nobody else reaches the service.",
        "前面的代理负责 TLS，其他人无法直接访问服务。", "true or false",
    )  # fmt: skip
    allowed_hosts: Words = told(
        (), "Names under which the service answers (the `Host` of a request), beside its host, "
        "the loopback names and the name of `public_url`. `*.zone.example` covers all below.",
        "除主机、本机名称和 `public_url` 的名称外，服务还用哪些名称回答（请求的 `Host`）。"
        "`*.zone.example` 包括其下全部。", "names",
    )  # fmt: skip
    trusted_proxies: Words = told(
        (), "Addresses or networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are "
        "believed.",
        "可信代理的地址或网段，采信其 `X-Forwarded-For` 和 `X-Forwarded-Proto`。", "addresses",
    )  # fmt: skip
    cors_origins: Words = told(
        (), "Origins of other sites whose pages may call the service from a browser.",
        "允许其网页从浏览器调用服务的其他网站。", "origins",
    )  # fmt: skip

    # Limits.
    body_bytes_max: int = told(
        MIB, "The largest body of a request.", "请求正文的上限。", "bytes", ge=1024
    )
    table_bytes_max: int = told(
        64 * MIB, "The largest body that is a table of cases or an attachment.",
        "案件表或附件正文的上限。", "bytes", ge=1024,
    )  # fmt: skip
    requests_per_minute: int = told(
        6000, "Requests that one signed-in caller or key may make; 0: no limit.",
        "一个已登录的调用者或密钥可以发出的请求数；0：不限。", "requests a minute", ge=0,
    )  # fmt: skip
    requests_per_minute_address: int = told(
        300, "Requests that one address may make without signing in; 0: no limit.",
        "一个地址未登录可以发出的请求数；0：不限。", "requests a minute", ge=0,
    )  # fmt: skip
    request_seconds_max: int = told(
        60, "After this time a request that is not a job is given up.",
        "作业以外的请求超过此时间即放弃。", "seconds", ge=1,
    )  # fmt: skip
    keep_alive_seconds_max: int = told(
        15, "How long a connection without a request stays open.",
        "没有请求的连接保持多久。", "seconds", ge=1,
    )  # fmt: skip
    stop_seconds_max: int = told(
        20, "How long running requests may still take after the service is told to stop.",
        "服务收到停止信号后，正在处理的请求还可以用多久。", "seconds", ge=0,
    )  # fmt: skip

    # People.
    session_idle_minutes: int = told(
        30, "A session ends after this time without a request.",
        "会话在此时间内没有请求即结束。", "minutes", ge=1,
    )  # fmt: skip
    session_minutes_max: int = told(
        720, "A session ends after this time in any case.", "会话最长持续时间。", "minutes", ge=1
    )
    approvals_needed: int = told(
        1, "How many persons, none of whom wrote in it, approve a reform.",
        "一项改革需要多少人批准；参与起草者不得批准。", "persons", ge=1, le=9,
    )  # fmt: skip
    oidc_issuer: str = told(
        "", "The identity provider (OpenID Connect) with which people may sign in.",
        "可以用来登录的身份提供方（OpenID Connect）。", "URL",
    )  # fmt: skip
    oidc_client: str = told(
        "", "The name under which the identity provider knows the service.",
        "身份提供方登记的服务名称（client id）。", "text",
    )  # fmt: skip
    oidc_secret: SecretStr = told(
        SecretStr(""), "What the service proves itself with to the identity provider.",
        "服务向身份提供方证明自己的密钥（client secret）。", "secret",
    )  # fmt: skip

    # Checkpoints of the journal.
    signing_key: Path | None = told(
        None, "The file of the key that signs checkpoints; made when it is not there. "
        "Empty: `journal.key` in the data folder.",
        "为检查点签名的密钥文件；没有时新建。空：数据目录中的 `journal.key`。", "file",
    )  # fmt: skip
    checkpoint_folder: Path | None = told(
        None, "Where signed checkpoints are written. Empty: `checkpoints` in the data folder.",
        "签名检查点写入的目录。空：数据目录中的 `checkpoints`。", "folder",
    )  # fmt: skip
    checkpoint_every_events: int = told(
        1000, "A checkpoint is written after this many new events; 0: not for their number.",
        "每有这么多新事件写一个检查点；0：不按数量。", "events", ge=0,
    )  # fmt: skip
    checkpoint_every_minutes: int = told(
        60, "A checkpoint is written after this time, where there are new events; 0: not for time.",
        "每隔此时间，如有新事件，写一个检查点；0：不按时间。", "minutes", ge=0,
    )  # fmt: skip

    # What it tells.
    log_level: Literal["debug", "info", "warning", "error"] = told(
        "info", "The least weight of what is logged.", "记录的最低级别。"
    )
    log_form: Literal["auto", "json", "text"] = told(
        "auto", "The form of the log: a JSON object a line, or text for people. `auto`: text on a "
        "terminal, else JSON.",
        "日志的形式：每行一个 JSON 对象，或供人阅读的文本。`auto`：终端用文本，其余用 JSON。",
    )  # fmt: skip
    metrics: Literal["off", "local", "token", "open"] = told(
        "local", "Who may read `/metrics`: nobody, this machine, whoever has the token (and this "
        "machine), or everybody.",
        "谁可以读取 `/metrics`：无人、本机、持令牌者（及本机）或所有人。",
    )  # fmt: skip
    metrics_token: SecretStr = told(
        SecretStr(""), "The bearer token of `/metrics`.", "`/metrics` 的令牌（bearer）。", "secret"
    )

    @field_validator("allowed_hosts", "trusted_proxies", "cors_origins", mode="before")
    @classmethod
    def _parted(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not HOST_NAME.match(one):
                raise ValueError(f"'{one}' is no name of a host, without port")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            network = ipaddress.ip_network(one, strict=False)
            if network.prefixlen == 0:
                raise ValueError(f"'{one}' would believe everybody")
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not ORIGIN.match(one) or "*" in one:
                raise ValueError(f"'{one}' is no origin; expected https://NAME")
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        local = (parts.hostname or "") in LOOPBACK
        if value and not (parts.hostname and (parts.scheme == "https" or
                                              (parts.scheme == "http" and local))):  # fmt: skip
            raise ValueError("expected https://NAME (http for a loopback name alone)")
        return value

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not ORIGIN.match(value):
            raise ValueError("expected https://NAME, without a path")
        return value

    @model_validator(mode="after")
    def _together(self) -> Settings:
        oidc = (self.oidc_issuer, self.oidc_client, self.oidc_secret.get_secret_value())
        if any(oidc) and not all(oidc):
            raise ValueError("oidc_issuer, oidc_client and oidc_secret belong together")
        if self.metrics == "token" and not self.metrics_token.get_secret_value():
            raise ValueError("metrics = 'token' needs a metrics_token")
        if self.session_minutes_max < self.session_idle_minutes:
            raise ValueError("session_minutes_max is less than session_idle_minutes")
        return self

    # ---- what follows from them ------------------------------------------------------------

    @property
    def store_url(self) -> str:
        """The URL of the store, with its password."""
        if not self.store:
            return f"sqlite:///{self.data.absolute() / 'openzone.db'}"
        password = self.store_password.get_secret_value()
        if not password or "://" not in self.store:
            return self.store
        from sqlalchemy import make_url

        url = make_url(self.store)
        if url.password is None:
            url = url.set(password=password)
        return url.render_as_string(hide_password=False)

    @property
    def key_file(self) -> Path:
        """The file of the signing key."""
        return self.signing_key or self.data / "journal.key"

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.checkpoint_folder or self.data / "checkpoints"

    @property
    def local(self) -> bool:
        """Whether the service listens on this machine alone."""
        return is_loopback(self.host)

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https, so that cookies must not travel without."""
        return self.public_url.startswith("https://") or self.behind_proxy

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every name under which the service answers."""
        public = urlsplit(self.public_url).hostname or ""
        own = () if is_every(self.host) else (self.host,)
        names = (*LOOPBACK, *own, public, *self.allowed_hosts)
        return tuple(dict.fromkeys(filter(None, names)))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_every(host: str) -> bool:
    """Whether an address stands for all addresses of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def beside(name: str) -> dict[str, str]:
    """What stands beside a setting: its meaning in Chinese, its unit, how its default is shown."""
    held = Settings.model_fields[name].json_schema_extra
    return {key: str(value) for key, value in held.items()} if isinstance(held, dict) else {}


SECRETS = tuple(
    name
    for name, field in Settings.model_fields.items()
    if field.annotation is SecretStr or name == "store"
)
"""Settings that may be read from a file of their own, named by `NAME_file`."""
