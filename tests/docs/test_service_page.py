"""The page on using the service is true: its day is lived against a service that runs."""

import doctest
import re

import pytest

from tests.api.running import running
from tests.tidy import tree

PAGES = ("docs/how-to/use-the-service.md", "docs/how-to/use-the-service.zh-CN.md")
PASSWORD = re.compile(r"one-time password: (\S+)")


@pytest.mark.parametrize("path", PAGES)
def test_the_day_that_the_page_tells_goes_so(path, tmp_path):
    text = tree.text(path) or ""
    with running(tmp_path) as service:
        (password,) = PASSWORD.findall(service.said)
        text = text.replace("http://127.0.0.1:8017", service.url)
        text = text.replace("ONE-TIME-PASSWORD", password)
        day = doctest.DocTestParser().get_doctest(text, {}, path, path, 0)
        said: list[str] = []
        ran = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
            day, out=said.append, clear_globs=False
        )
        for name in ("admin", "wang", "firm", "program", "drafter", "approver", "auditor"):
            if name in day.globs:
                day.globs[name].close()
    assert ran.attempted > 30 and not ran.failed, "".join(said)


def test_both_pages_tell_the_same_day():
    def code(path):
        examples = doctest.DocTestParser().get_examples(tree.text(path) or "")
        plain = [re.sub(r'(#.*|""".*""")', "", one.source) for one in examples]
        return [(line, one.want) for line, one in zip(plain, examples, strict=True)]

    assert code(PAGES[0]) == code(PAGES[1])
