"""The compiled cache: as the files say, or rebuilt from them; never in the way."""

import hashlib
import io
import os
import pickle
import subprocess
import sys
import time
from types import MappingProxyType

import pytest

from openzone.rulebook import books, cache
from openzone.rulebook.book import Book
from openzone.rulebook.books import load_book
from openzone.rulebook.law import Law
from tests.rulebook.bench import TINY, Bench
from tests.tidy import tree

PARTS = [name for name in Book.__slots__ if not name.startswith("_")]
WARM = """
import sys
from openzone.rulebook.books import load_book
book = load_book(sys.argv[1])
print(book.hash, *sorted({name.split(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    found = tmp_path / "cache"
    monkeypatch.setenv("OPENZONE_CACHE", str(found))
    books._load.cache_clear()
    return found


@pytest.fixture
def tiny(tmp_path):
    return Bench.of(TINY, tmp_path)


def load(bench):
    """Load as a new process would: from the cache when there is a sound one."""
    books._load.cache_clear()
    return load_book(bench.root)


def kept(folder):
    (found,) = folder.glob("*.book")
    return found


def content(book):
    """Everything a book says, comparable."""
    found = {}
    for name in PARTS:
        value = getattr(book, name)
        if isinstance(value, MappingProxyType):
            value = dict(value)
        elif hasattr(value, "items"):
            value = {**vars(value), "items": dict(value)}
            value = {key: item for key, item in value.items() if key not in ("ancestors", "leaves")}
        found[name] = value
    return found


def run(code, *arguments, **environment):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    env = {**os.environ, **{key: str(value) for key, value in environment.items()}}
    return subprocess.Popen(command, cwd=tree.ROOT, env=env, stdout=-1, stderr=-1, text=True)


def said(process):
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.split()


def marked(body):
    return hashlib.sha256(body).digest() + body


class Evil:
    """Runs a command when it is read back carelessly."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("name", ["cn", "starter", TINY])
def test_what_is_read_back_is_what_was_loaded(folder, name):
    cold = load_book(name)
    books._load.cache_clear()
    warm = load_book(name)
    assert warm is not cold
    assert content(warm) == content(cold) == content(load_book(name, cached=False))
    assert len(Law(warm, warm.info.as_of).rows) == len(Law(cold, cold.info.as_of).rows)


def test_the_second_load_in_a_process_gives_the_same_book(folder, tiny):
    assert load_book(tiny.root) is load_book(tiny.root)


def test_the_files_are_not_read_again_when_the_cache_is_sound(folder, tiny, monkeypatch):
    first = load(tiny)
    monkeypatch.setattr("openzone.rulebook.loading.load_files", None)
    assert load(tiny).hash == first.hash


@pytest.mark.parametrize("file", ["rows.yaml", "codes.csv", "cases.yaml"])
def test_a_changed_file_never_meets_an_old_cache(folder, tiny, file):
    old = load(tiny)
    text = tiny.text(file)
    facts = (tiny.root / file).stat()
    tiny.write(file, text.replace("Fishing", "Anglers").replace("Rearing", "Farming"))
    os.utime(tiny.root / file, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # same size, same time
    new = load(tiny)
    assert content(new) == content(load_book(tiny.root, cached=False))
    assert (new.hash != old.hash) == (file != "cases.yaml")
    tiny.write(file, text)
    assert load(tiny).hash == old.hash


def test_a_new_a_removed_and_a_renamed_file_are_seen(folder, tiny):
    load(tiny)
    tiny.write("more.yaml", "schema: openzone/sources/1\nsources: {S3: third}\n")
    assert len(load(tiny).sources) == 3
    (tiny.root / "more.yaml").rename(tiny.root / "other.yaml")
    assert len(load(tiny).sources) == 3
    (tiny.root / "other.yaml").unlink()
    assert len(load(tiny).sources) == 2


def test_code_that_changed_never_meets_an_old_cache(tiny, tmp_path, monkeypatch):
    code = tmp_path / "code"
    code.mkdir()
    (code / "model.py").write_text("a = 1")
    monkeypatch.setattr(cache, "_CODE", code)
    keys = [cache.files_key(tiny.root, [])]
    (code / "model.py").write_text("a = 12")
    keys.append(cache.files_key(tiny.root, []))
    monkeypatch.setattr(cache, "__version__", "99")
    keys.append(cache.files_key(tiny.root, []))
    assert len(set(keys)) == 3


def test_a_truncated_cache_is_rebuilt(folder, tiny):
    right = load(tiny)
    data = kept(folder).read_bytes()
    for length in (0, 1, 31, 32, 33, 100, len(data) // 2, len(data) - 1):
        kept(folder).write_bytes(data[:length])
        assert load(tiny).hash == right.hash
        assert kept(folder).read_bytes() == data


def test_a_flipped_bit_is_noticed(folder, tiny):
    right = load(tiny)
    data = kept(folder).read_bytes()
    for place in range(0, len(data), len(data) // 23):
        harmed = bytearray(data)
        harmed[place] ^= 1 << (place % 8)
        kept(folder).write_bytes(harmed)
        assert content(load(tiny)) == content(right)


@pytest.mark.parametrize(
    "wrong",
    [
        [1, 2], {}, None, "a book", frozenset({1}), b"",
        pytest.param(Evil(Book), id="a book of nothing"),
    ],
)  # fmt: skip
def test_what_is_no_book_is_rebuilt(folder, tiny, wrong):
    right = load(tiny)
    kept(folder).write_bytes(marked(pickle.dumps(wrong)))
    assert load(tiny).hash == right.hash


def test_a_cache_that_would_run_a_command_runs_nothing(folder, tiny, tmp_path):
    right = load(tiny)
    trace = tmp_path / "trace"
    command = f"touch {trace}"
    for evil in (
        Evil(os.system, command),
        Evil(exec, f"open({str(trace)!r}, 'w')"),
        Evil(eval, f"open({str(trace)!r}, 'w')"),
        Evil(getattr, "", "join"),
        [right, Evil(subprocess.getoutput, command)],
    ):
        kept(folder).write_bytes(marked(pickle.dumps(evil)))
        assert load(tiny).hash == right.hash
        assert not trace.exists()


@pytest.mark.parametrize(
    "name",
    ["dt", "Any", "dataclass", "dt.sys.modules", "MappingProxyType", "Book.__init__", "_Unpickler"],
)
def test_only_the_nouns_of_the_rulebook_are_read_back(name):
    for module in ("openzone.rulebook.model", "openzone.rulebook.book", "openzone.rulebook.cache"):
        with pytest.raises(pickle.UnpicklingError, match="no part of a book"):
            cache._Unpickler(io.BytesIO()).find_class(module, name)


def test_a_folder_that_cannot_be_written_is_no_error(tiny, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    for place in (blocked, blocked / "below", "/proc/nowhere/cache"):
        monkeypatch.setenv("OPENZONE_CACHE", str(place))
        assert load(tiny).info.id == "tiny"
    assert blocked.read_text() == "no folder"


def test_a_folder_in_the_place_of_a_compiled_book_is_no_error(folder, tiny):
    right = load(tiny)
    path = kept(folder)
    path.unlink()
    path.mkdir()
    assert load(tiny).hash == right.hash
    assert not list(folder.glob("*.part"))


def test_many_processes_load_at_once(folder, tiny):
    processes = [run(WARM, tiny.root, OPENZONE_CACHE=folder) for _ in range(6)]
    hashes = {said(process)[0] for process in processes}
    assert hashes == {load_book(tiny.root, cached=False).hash}
    assert [path.suffix for path in folder.iterdir()] == [".book"]


def test_a_warm_load_imports_no_reader_of_files(folder):
    cold = said(run(WARM, "cn", OPENZONE_CACHE=folder))
    warm = said(run(WARM, "cn", OPENZONE_CACHE=folder))
    assert cold[0] == warm[0]
    assert {"pydantic", "yaml", "csv"} <= set(cold)
    assert not {"pydantic", "yaml", "csv", "click", "duckdb", "ibis"} & set(warm)


def test_old_entries_are_removed(folder, tiny):
    folder.mkdir()
    now = time.time()
    for age in range(1, 31):
        path = folder / f"{age:064}.book"
        path.write_bytes(b"old")
        os.utime(path, (now - age, now - age))
    other = folder / "notes.book.txt"
    other.write_text("not ours")
    load(tiny)
    found = sorted(path.name for path in folder.glob("*.book"))
    assert len(found) == cache.ENTRIES_MAX
    assert f"{1:064}.book" in found
    assert f"{30:064}.book" not in found
    assert other.exists()


def test_clearing_removes_what_is_ours_alone(folder, tiny):
    load(tiny)
    (folder / ("0" * 64 + ".77.part")).write_bytes(b"broken off")
    (folder / "notes.txt").write_text("not ours")
    assert cache.clear_cache() == 2
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert cache.clear_cache() == 0
