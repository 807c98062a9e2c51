"""`openzone people`: what the operator does at the machine of the service, when nobody else can.

Everything else about users and roles is done over HTTP, by two administrators.
"""

from __future__ import annotations

from typing import Any

import click

from openzone.cli.options import store_option


@click.group()
def command() -> None:
    """Users of the service: list them, help one in again, appoint a second administrator.

    For the operator. What is done here stands in the journal under the name `system`.
    """


@command.command("list")
@store_option
def list_users(url: str) -> None:
    """List users: id, state, login, second factor, roles."""
    from openzone.cli.store import opened
    from openzone.office import people

    store = opened(url)
    found = people.listed(store)
    while found:
        for one in found:
            factor = "second factor" if one.second_factor else "-"
            roles = ",".join(one.roles) or "firm"
            click.echo(f"{one.id}  {one.state:<9} {one.login or '-'}  {factor}  {roles}")
        found = people.listed(store, after=found[-1].id)
    store.close()


@command.command("reset")
@store_option
@click.argument("login")
def reset(url: str, login: str) -> None:
    """Give LOGIN a new one-time password; sessions, keys and the second factor are gone.

    For somebody who lost the password or the telephone. Roles stay as they are.
    """
    from openzone.cli.store import opened
    from openzone.office import people
    from openzone.office.acts import new_call
    from openzone.office.callers import OPERATOR

    store = opened(url)
    made = people.reset(store, OPERATOR, new_call(), _user(store, login))
    store.close()
    click.echo(f"one-time password: {made.one_time_password}")
    click.echo("It is shown this once, and opens nothing but its own change, for seven days.")


@command.command("appoint")
@store_option
@click.argument("login")
def appoint(url: str, login: str) -> None:
    """Make LOGIN an administrator where fewer than two are left.

    Two are needed to grant a role; an office with one could never grant one again.
    """
    from openzone.cli.store import opened
    from openzone.office import granting
    from openzone.office.acts import new_call
    from openzone.office.callers import OPERATOR

    store = opened(url)
    grant = granting.appoint(store, OPERATOR, new_call(), _user(store, login))
    store.close()
    click.echo(f"{grant.user} is an administrator ({grant.id})")


def _user(store: Any, login: str) -> str:
    """The user of a login. Raises PeopleError where there is none."""
    from openzone.office import people

    user = people.by_login(store, login)
    if user is None:
        raise people.unknown(login)
    return user
