"""The scripts of versions lead to the tables that the program knows; and nothing else."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from openzone.store import schema
from openzone.store.databases import writing
from openzone.store.store import Store
from openzone.store.upgrades import SCRIPTS, config, newest


def test_the_tables_of_a_new_store_are_those_of_the_program(store_url):
    store = Store.opened(store_url)
    with writing(store.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
    store.close()


def test_every_script_is_in_the_line_of_versions():
    scripts = sorted(path.name[:4] for path in (SCRIPTS / "versions").glob("[0-9]*.py"))
    assert scripts == [f"{number:04d}" for number in range(1, len(scripts) + 1)]
    assert newest() == scripts[-1] == ScriptDirectory.from_config(config()).get_current_head()
