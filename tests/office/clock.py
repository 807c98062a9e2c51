"""A clock that stands until a test moves it."""

import datetime as dt

START = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)


class Clock:
    def __init__(self, moment: dt.datetime = START) -> None:
        self.moment = moment

    def __call__(self) -> dt.datetime:
        return self.moment

    def on(self, **step: float) -> None:
        """Move on by a step: `clock.on(minutes=5)`."""
        self.moment += dt.timedelta(**step)
