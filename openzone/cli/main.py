"""`openzone`: one verb a module, imported only when it is used, so that help is immediate."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from openzone import __version__
from openzone.errors import OpenZoneError

VERBS = {
    "tour": "A short tour: five questions, a business plan, two reforms, ten million cases.",
    "journey": "A business plan: may it enter and operate, what blocks, by when, at what cost.",
    "interview": "A plan made by answering questions, and only those that matter.",
    "follow": "Saved plans and answers: which are otherwise today, and how.",
    "decide": "Answer cases: JSON Lines, JSON, YAML, CSV, Parquet or Arrow; '-' is standard input.",
    "duty": "What is owed on goods: rate, duty, consumption tax, VAT, step by step.",
    "ledger": "A firm's transfers of data abroad: the route after each, the next threshold.",
    "permits": "Permits of a plan: what to get, file or promise, by when; a card to print.",
    "explain": "Why, and why not: rows that bind, rows that came close, who could change it.",
    "search": "Find an activity, a row or a place by everyday words, Chinese or English.",
    "law": "What is in force: a row, a measure, a document; what changed over time.",
    "diff": "The exact difference of two laws: dates, places, books or reforms.",
    "check": "Load a book and report evidence, coverage, gaps, overlaps, dead rows.",
    "reform": "Write, check and stack reforms (patches of rows).",
    "replay": "Decide a population of cases before and after a reform, by sector and place.",
    "openness": "How open the law is, over time and place: table and chart.",
    "operate": "Enter against operate, class by class: what may remain after entry; a lower bound.",
    "serve": "The service: questions, saved cases and reforms over HTTP, with accounts and roles.",
    "people": "Users of the service, for its operator: list, help in again, appoint a second one.",
    "journal": "What the service recorded, verified; signed checkpoints, proofs of single events.",
    "store": "The store of the service: state, upgrade, tables made anew, backup and restore.",
    "book": "The rulebook itself: its schema, its hash, its compiled cache.",
}


class Verbs(click.Group):
    """A group whose commands are modules of `openzone.cli`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a verb and give its command."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"openzone.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="openzone")
def openzone() -> None:
    """Law is rows; a reform is a patch of rows; everything else asks the rows.

    法律是行，改革是行的补丁，一切问题都问行。
    """


def main() -> None:
    """Run the command line; errors of the domain are told in words and exit with 2."""
    try:
        code = openzone(standalone_mode=False)
    except OpenZoneError as error:
        for fault in error.faults:
            click.echo(str(fault), err=True)
        sys.exit(2)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code if error.exit_code > 1 else 2)
    if isinstance(code, int) and code:
        sys.exit(code)


if __name__ == "__main__":
    main()
