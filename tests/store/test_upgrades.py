"""A new store and one that the scripts of the versions made have the same tables."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from openzone.store import schema
from openzone.store.databases import engine_of, writing
from openzone.store.upgrades import SCRIPTS, config, make_tables, newest, run_scripts


def described(connection):
    """Everything that the database says of its tables."""
    found = inspect(connection)
    asks = (
        found.get_columns, found.get_pk_constraint, found.get_unique_constraints,
        found.get_foreign_keys, found.get_check_constraints, found.get_indexes,
    )  # fmt: skip
    return {
        name: [sorted(map(str, said if isinstance(said := ask(name), list) else [said]))
               for ask in asks]
        for name in found.get_table_names()
    }  # fmt: skip


def test_scripts_and_program_make_the_same_tables(store_url):
    engine = engine_of(store_url)
    with writing(engine) as connection:
        make_tables(connection)
        made = described(connection)
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == newest()
    schema.metadata.drop_all(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
        run_scripts(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        assert described(connection) == made
    engine.dispose()
    assert set(made) == {*schema.metadata.tables, "alembic_version"}


def test_every_script_is_in_the_line_of_versions():
    scripts = sorted(path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
    assert scripts == [f"{number:04d}" for number in range(1, len(scripts) + 1)]
    assert newest() == scripts[-1] == ScriptDirectory.from_config(config()).get_current_head()
