"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of this version."""
    op.create_table(
        "attachments",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
        sa.UniqueConstraint("seq", name=op.f("uq_attachments_seq")),
        comment="What was attached, by whom, and to which saved case.",
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_case"), ["case"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_hash"), ["hash"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachments_owner_seq"), ["owner", "seq"], unique=False
        )

    op.create_table(
        "attempts",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.String(length=27), nullable=False),
        sa.Column("closed_until", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_attempts")),
        comment="Failed attempts to sign in, by a keyed hash of what was tried.",
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_last_at"), ["last_at"], unique=False)

    op.create_table(
        "blob_parts",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", "part", name=op.f("pk_blob_parts")),
        comment="The bytes of contents, in parts that fit into memory.",
    )
    op.create_table(
        "blobs",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_blobs")),
        comment="Contents by SHA-256; not read from the journal.",
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        comment="What callers asked under ids of their own, and the first result of each.",
    )
    op.create_table(
        "case_checks",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("verdict", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("book_hash", sa.String(length=64), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("known", sa.String(length=10), nullable=False),
        sa.Column("reforms", sa.Text(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_case_checks")),
        comment="Saved cases asked again under another law, and how much was otherwise.",
    )
    with op.batch_alter_table("case_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_checks_case"), ["case"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("saved_at", sa.String(length=27), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("regime", sa.String(length=60), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=False),
        sa.Column("book", sa.String(length=200), nullable=False),
        sa.Column("book_hash", sa.String(length=64), nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("known", sa.String(length=10), nullable=False),
        sa.Column("today", sa.String(length=10), nullable=False),
        sa.Column("reforms", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("seq", name=op.f("uq_cases_seq")),
        comment="What was asked and answered, and under which law.",
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_owner_seq"), ["owner", "seq"], unique=False)

    op.create_table(
        "events",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_events_counted")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        sa.UniqueConstraint("hash", name=op.f("uq_events_hash")),
        sa.UniqueConstraint("id", name=op.f("uq_events_id")),
        sa.UniqueConstraint("previous", name=op.f("uq_events_previous")),
        comment="The journal: one row an event, never changed.",
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_kind_seq"), ["kind", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_events_subject_seq"), ["subject", "seq"], unique=False)

    op.create_table(
        "grants",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=200), nullable=False),
        sa.Column("proposed_at", sa.String(length=27), nullable=False),
        sa.Column("granted_by", sa.String(length=200), nullable=True),
        sa.Column("granted_at", sa.String(length=27), nullable=True),
        sa.Column("revoked_by", sa.String(length=200), nullable=True),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        comment="Roles: proposed by one administrator, granted by another, revoked.",
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_role_state"), ["role", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_grants_user_id_state"), ["user_id", "state"], unique=False
        )

    op.create_table(
        "head",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("store", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_head_one")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_head")),
        comment="The last event, locked by whoever appends; and the name of the store.",
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("lease_until", sa.String(length=27), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_job_runs")),
        comment="Who is at a job and how far it is; not read from the journal.",
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("parameters", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=60), nullable=True),
        sa.Column("faults", sa.String(length=64), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("book_hash", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("seq", name=op.f("uq_jobs_seq")),
        comment="Long work that was asked for, and its result.",
    )
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_jobs_owner_seq"), ["owner", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_jobs_state_seq"), ["state", "seq"], unique=False)

    op.create_table(
        "key_secrets",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_key_secrets")),
        sa.UniqueConstraint("key_id", name=op.f("uq_key_secrets_key_id")),
        comment="Hashes of the secrets of API keys.",
    )
    op.create_table(
        "keys",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
        comment="API keys. `label` is the digest of a sealed text.",
    )
    with op.batch_alter_table("keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_keys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "logins",
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("login", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_logins")),
        sa.UniqueConstraint("login", name=op.f("uq_logins_login")),
        comment="Personal data of users; gone when a user is erased.",
    )
    op.create_table(
        "oidc_subjects",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_oidc_subjects")),
        comment="Users as a provider of identities knows them, by a keyed hash.",
    )
    with op.batch_alter_table("oidc_subjects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_subjects_user_id"), ["user_id"], unique=False)

    op.create_table(
        "oidc_visits",
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=200), nullable=False),
        sa.Column("verifier", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_oidc_visits")),
        comment="Visits to a provider of identities that have not come back.",
    )
    with op.batch_alter_table("oidc_visits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_oidc_visits_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "passwords",
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_passwords")),
        comment="Argon2 hashes. A one-time password opens nothing but its own change.",
    )
    op.create_table(
        "reforms",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("changed_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reforms")),
        sa.UniqueConstraint("seq", name=op.f("uq_reforms_seq")),
        comment="Reforms; `name` is the id in their text, `seq` the event that began them.",
    )
    with op.batch_alter_table("reforms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reforms_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_reforms_state_seq"), ["state", "seq"], unique=False)

    op.create_table(
        "sealed",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sealed")),
        comment="Personal data, which the journal names by salted hash; erased on demand.",
    )
    with op.batch_alter_table("sealed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sealed_subject"), ["subject"], unique=False)

    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=True),
        sa.Column("offered", sa.String(length=64), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factors")),
        comment="Secrets of one-time codes: the proved one, one that is still to be proved, and the last step used, so that no code opens twice.",
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
        comment="Keys of the store itself.",
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=200), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.String(length=27), nullable=False),
        sa.Column("seen_at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
        comment="Sessions, by the hash of their token.",
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "share_tokens",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("share", sa.String(length=200), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_share_tokens")),
        sa.UniqueConstraint("share", name=op.f("uq_share_tokens_share")),
        comment="By which token a link is opened, and how often it was; not read from the journal.",
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("case", sa.String(length=200), nullable=False),
        sa.Column("answer", sa.String(length=64), nullable=False),
        sa.Column("with_facts", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
        sa.UniqueConstraint("seq", name=op.f("uq_shares_seq")),
        comment="Links to one saved answer, until they expire or are revoked.",
    )
    with op.batch_alter_table("shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shares_case"), ["case"], unique=False)

    op.create_table(
        "users",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        comment="Users: active, disabled or erased. Their names stand in logins.",
    )
    op.create_table(
        "reform_approvals",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reform", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("book_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("voided_at", sa.String(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reform"], ["reforms.id"], name=op.f("fk_reform_approvals_reform_reforms")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reform_approvals")),
        comment="Who approved what, on which book; an approval that was voided says why.",
    )
    with op.batch_alter_table("reform_approvals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reform_approvals_reform_seq"), ["reform", "seq"], unique=False
        )

    op.create_table(
        "reform_comments",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reform", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["reform"], ["reforms.id"], name=op.f("fk_reform_comments_reform_reforms")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reform_comments")),
        comment="What was said of a revision.",
    )
    with op.batch_alter_table("reform_comments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reform_comments_reform_seq"), ["reform", "seq"], unique=False
        )

    op.create_table(
        "reform_contributors",
        sa.Column("reform", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reform"], ["reforms.id"], name=op.f("fk_reform_contributors_reform_reforms")
        ),
        sa.PrimaryKeyConstraint("reform", "person", name=op.f("pk_reform_contributors")),
        comment="Who wrote a revision of a reform, and the first that they wrote.",
    )
    op.create_table(
        "reform_revisions",
        sa.Column("reform", sa.String(length=200), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("book_hash", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("authorised", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["reform"], ["reforms.id"], name=op.f("fk_reform_revisions_reform_reforms")
        ),
        sa.PrimaryKeyConstraint("reform", "number", name=op.f("pk_reform_revisions")),
        comment="Each text of a reform; `book_hash`: the book it was checked against.",
    )
    op.create_table(
        "reform_submissions",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("reform", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("book_hash", sa.String(length=64), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["reform"], ["reforms.id"], name=op.f("fk_reform_submissions_reform_reforms")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_reform_submissions")),
        comment="What was laid before the approvers, with the effect that was shown.",
    )
    with op.batch_alter_table("reform_submissions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reform_submissions_reform_seq"), ["reform", "seq"], unique=False
        )
