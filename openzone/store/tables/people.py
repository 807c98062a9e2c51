"""Users, the roles granted to them, and the keys of their programs.

What identifies or authenticates somebody (names, passwords, second factors, sessions, the secrets
of keys) stands in tables that are not read from the journal and do not survive an erasure.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    insert,
    update,
)

from openzone.store.canonical import canonical_json
from openzone.store.chain import Recorded
from openzone.store.schema import HASH, ID, metadata

TIME = String(27)
WORD = String(20)

# ---- read from the journal -------------------------------------------------------------------

users = Table(
    "users",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("state", WORD, nullable=False),
    Column("second_factor", Boolean, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("created_by", String(ID), nullable=False),
    comment="Users: active, disabled or erased. Their names stand in logins.",
)

grants = Table(
    "grants",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("user_id", String(ID), nullable=False),
    Column("role", WORD, nullable=False),
    Column("state", WORD, nullable=False),
    Column("proposed_by", String(ID), nullable=False),
    Column("proposed_at", TIME, nullable=False),
    Column("granted_by", String(ID)),
    Column("granted_at", TIME),
    Column("revoked_by", String(ID)),
    Column("revoked_at", TIME),
    Column("alone", Boolean, nullable=False),
    Index(None, "user_id", "state"),
    Index(None, "role", "state"),
    comment="Roles: proposed by one administrator, granted by another, revoked.",
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(ID), primary_key=True),
    Column("user_id", String(ID), nullable=False, index=True),
    Column("label", String(HASH), nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("revoked_at", TIME),
    comment="API keys. `label` is the digest of a sealed text.",
)

# ---- not read from the journal ---------------------------------------------------------------

logins = Table(
    "logins",
    metadata,
    Column("user_id", String(ID), primary_key=True),
    Column("login", String(ID), nullable=False, unique=True),
    Column("name", String(ID), nullable=False),
    Column("email", String(ID), nullable=False),
    comment="Personal data of users; gone when a user is erased.",
)

passwords = Table(
    "passwords",
    metadata,
    Column("user_id", String(ID), primary_key=True),
    Column("hash", Text, nullable=False),
    Column("one_time", Boolean, nullable=False),
    Column("expires_at", TIME),
    comment="Argon2 hashes. A one-time password opens nothing but its own change.",
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("user_id", String(ID), primary_key=True),
    Column("secret", String(HASH)),
    Column("offered", String(HASH)),
    Column("last_step", BigInteger, nullable=False),
    comment="Secrets of one-time codes: the proved one, one that is still to be proved, and the "
    "last step used, so that no code opens twice.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(HASH), primary_key=True),
    Column("user_id", String(ID), nullable=False, index=True),
    Column("stage", WORD, nullable=False),
    Column("second_factor", Boolean, nullable=False),
    Column("begun_at", TIME, nullable=False),
    Column("seen_at", TIME, nullable=False),
    Column("expires_at", TIME, nullable=False, index=True),
    comment="Sessions, by the hash of their token.",
)

key_secrets = Table(
    "key_secrets",
    metadata,
    Column("hash", String(HASH), primary_key=True),
    Column("key_id", String(ID), nullable=False, unique=True),
    comment="Hashes of the secrets of API keys.",
)

attempts = Table(
    "attempts",
    metadata,
    Column("subject", String(HASH), primary_key=True),
    Column("failures", BigInteger, nullable=False),
    Column("last_at", TIME, nullable=False, index=True),
    Column("closed_until", TIME, nullable=False),
    comment="Failed attempts to sign in, by a keyed hash of what was tried.",
)

oidc_subjects = Table(
    "oidc_subjects",
    metadata,
    Column("subject", String(HASH), primary_key=True),
    Column("user_id", String(ID), nullable=False, index=True),
    comment="Users as a provider of identities knows them, by a keyed hash.",
)

oidc_visits = Table(
    "oidc_visits",
    metadata,
    Column("state", String(HASH), primary_key=True),
    Column("nonce", String(ID), nullable=False),
    Column("verifier", String(ID), nullable=False),
    Column("expires_at", TIME, nullable=False, index=True),
    comment="Visits to a provider of identities that have not come back.",
)

TABLES = (users, grants, keys)

ACTIVE, DISABLED, ERASED = "active", "disabled", "erased"
PROPOSED, GRANTED, REVOKED = "proposed", "granted", "revoked"


def _user_created(connection: Connection, found: Recorded) -> None:
    connection.execute(
        insert(users).values(
            id=found.event.subject, state=ACTIVE, second_factor=False, created_at=found.at,
            created_by=found.event.actor,
        )
    )  # fmt: skip


def _state(connection: Connection, found: Recorded, state: str) -> None:
    connection.execute(update(users).where(users.c.id == found.event.subject).values(state=state))


def _user_disabled(connection: Connection, found: Recorded) -> None:
    _state(connection, found, DISABLED)


def _user_enabled(connection: Connection, found: Recorded) -> None:
    _state(connection, found, ACTIVE)


def _user_erased(connection: Connection, found: Recorded) -> None:
    user = found.event.subject
    values = {"state": ERASED, "second_factor": False}
    connection.execute(update(users).where(users.c.id == user).values(**values))
    gone = {"state": REVOKED, "revoked_by": found.event.actor, "revoked_at": found.at}
    open_grants = (grants.c.user_id == user) & (grants.c.state != REVOKED)
    connection.execute(update(grants).where(open_grants).values(**gone))
    live_keys = (keys.c.user_id == user) & (keys.c.revoked_at.is_(None))
    connection.execute(update(keys).where(live_keys).values(revoked_at=found.at))


def _role_proposed(connection: Connection, found: Recorded) -> None:
    payload = found.event.payload
    connection.execute(
        insert(grants).values(
            id=payload["grant"], user_id=found.event.subject, role=payload["role"],
            state=PROPOSED, proposed_by=found.event.actor, proposed_at=found.at,
            alone=False,
        )
    )  # fmt: skip


def _role_granted(connection: Connection, found: Recorded) -> None:
    payload = found.event.payload
    values = {
        "state": GRANTED, "granted_by": found.event.actor, "granted_at": found.at,
        "alone": bool(payload.get("alone", False)),
    }  # fmt: skip
    connection.execute(update(grants).where(grants.c.id == payload["grant"]).values(**values))


def _role_revoked(connection: Connection, found: Recorded) -> None:
    values = {"state": REVOKED, "revoked_by": found.event.actor, "revoked_at": found.at}
    grant = found.event.payload["grant"]
    connection.execute(update(grants).where(grants.c.id == grant).values(**values))


def _key_created(connection: Connection, found: Recorded) -> None:
    payload = found.event.payload
    connection.execute(
        insert(keys).values(
            id=found.event.subject, user_id=payload["owner"], label=payload["label"]["sealed"],
            roles=canonical_json(payload["roles"]), created_at=found.at,
            expires_at=payload["expires_at"],
        )
    )  # fmt: skip


def _key_revoked(connection: Connection, found: Recorded) -> None:
    connection.execute(
        update(keys).where(keys.c.id == found.event.subject).values(revoked_at=found.at)
    )


def _second_factor(connection: Connection, found: Recorded) -> None:
    enrolled = found.event.kind == "second_factor.enrolled"
    connection.execute(
        update(users).where(users.c.id == found.event.subject).values(second_factor=enrolled)
    )


def _only_told(connection: Connection, found: Recorded) -> None:
    """An event that changes no table: it stands in the journal to be read."""


READERS = {
    "user.created": _user_created,
    "user.disabled": _user_disabled,
    "user.enabled": _user_enabled,
    "user.erased": _user_erased,
    "role.proposed": _role_proposed,
    "role.granted": _role_granted,
    "role.revoked": _role_revoked,
    "key.created": _key_created,
    "key.revoked": _key_revoked,
    "second_factor.enrolled": _second_factor,
    "second_factor.removed": _second_factor,
    "password.changed": _only_told,
    "password.reset": _only_told,
    "identity.linked": _only_told,
    "access.signed_in": _only_told,
    "access.sign_in_failed": _only_told,
    "access.signed_out": _only_told,
    "access.denied": _only_told,
}
