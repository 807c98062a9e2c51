"""Attachments: told by their content, kept once, verified when read, gone with their owner."""

from __future__ import annotations

import hashlib
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from openzone.office import attachments, cases, contents, media
from openzone.office.belongings import ErasedError, NotFoundError
from openzone.office.media import MediaError
from openzone.store import sealed
from openzone.store.faults import RepeatError, StoreError
from openzone.store.rebuilding import differing_tables
from openzone.store.tables.attachments import blob_parts, blobs
from openzone.store.verifying import verify
from tests.office.asking import CARS, call, laws, person

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(40)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)


def parquet() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": [1, 2]}), stream)
    return stream.getvalue()


@pytest.fixture
def put(store, tmp_path):
    def put(caller, content, name="file", declared="", **more):
        path = tmp_path / "sent"
        path.write_bytes(content)
        id = more.pop("call", None) or call()
        return attachments.add(store, caller, id, path, name=name, declared=declared, **more)

    return put


def taken(store, caller, id) -> bytes:
    return b"".join(attachments.opened(store, caller, id)[1])


@pytest.mark.parametrize(
    ("content", "name", "declared", "kind"),
    [
        (PDF, "plan.pdf", "", media.PDF),
        (PDF, "plan.html", "", media.PDF),
        (PNG, "x.png", "image/png", media.PNG),
        (JPEG, "x", "application/octet-stream", media.JPEG),
        (parquet(), "t.parquet", "", media.PARQUET),
        (b"a,b\n1,2\n", "t.csv", "", media.CSV),
        (b"a,b\n1,2\n", "t", "text/csv; charset=utf-8", media.CSV),
        (b"a,b\n1,2\n", "t.csv", "text/plain", media.TEXT),
        ("名称: 医院\n".encode(), "p.yaml", "", media.YAML),
        (b"- 1\n- 2\n", "p", "application/yaml", media.YAML),
        ("说明\n".encode(), "p.txt", "", media.TEXT),
        (b"<html><script>alert(1)</script></html>", "p.html", "text/html", media.TEXT),
    ],
)
def test_the_content_tells_what_a_file_is(store, put, content, name, declared, kind):
    firm = person(store)
    line = put(firm, content, name, declared)
    assert line["media_type"] == kind
    assert line["hash"] == hashlib.sha256(content).hexdigest()
    assert (line["size"], line["name"], line["erased"]) == (len(content), name, False)
    assert taken(store, firm, line["id"]) == content


@pytest.mark.parametrize(
    ("content", "name", "declared"),
    [
        (b"", "x.txt", ""),
        (b"MZ\x90\x00", "x.exe", ""),
        (b"PK\x03\x04", "x.zip", ""),
        (b"text\x00text", "x.txt", ""),
        (b"\x1b[2Jtext", "x.txt", ""),
        (b"\xff\xfet\x00", "x.txt", ""),
        (b"caf\xe9", "x.txt", ""),
        ("cut off: 医".encode()[:-1], "x.txt", ""),
        (PDF, "x.png", "image/png"),
        (b"text", "x.pdf", "application/pdf"),
        (b"PAR1", "x.parquet", ""),
        (b"PAR1" + bytes(30), "x.parquet", ""),
        (b"PAR1" + bytes(8) + (2**31).to_bytes(4, "little") + b"PAR1", "x.parquet", ""),
        (b"a,b\n1,2,3\n", "x.csv", ""),
        (b'a,b\n"1,2\n', "x.csv", ""),
        (b"\n\n", "x.csv", ""),
        (b"a: [1\n", "x.yaml", ""),
        (b"a: &x 1\nb: *x\n", "x.yaml", ""),
        (b"a: 1\na: 2\n", "x.yaml", ""),
        (b"a: !!python/object/apply:os.system ['true']\n", "x.yaml", ""),
        (b"x" * ((1 << 20) + 1), "x.yaml", ""),
    ],
)
def test_other_content_is_refused_and_not_kept(store, put, content, name, declared):
    with pytest.raises(MediaError):
        put(person(store), content, name, declared)
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(blobs)).scalar() == 0
    assert store.events(kinds=["attachment.added"]) == []


def test_a_file_of_the_largest_size_is_taken_and_one_byte_more_is_not(store, put):
    firm = person(store)
    put(firm, b"x" * 100, bytes_max=100)
    with pytest.raises(MediaError) as caught:
        put(firm, b"x" * 101, bytes_max=100)
    assert caught.value.code == "too_large"


def test_a_large_file_is_kept_in_parts(store, put):
    firm, content = person(store), b"line\n" * 700_000
    line = put(firm, content)
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(blob_parts)).scalar() == 4
    assert taken(store, firm, line["id"]) == content


def test_the_same_content_is_kept_once_and_attached_twice(store, put):
    one, other = person(store), person(store)
    first, second = put(one, PDF, "a.pdf"), put(other, PDF, "b.pdf")
    assert first["hash"] == second["hash"] and first["id"] != second["id"]
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(blobs)).scalar() == 1


def test_a_repeat_gives_the_first_attachment_and_other_bytes_are_refused(store, put):
    firm = person(store)
    first = put(firm, PDF, call="the-id")
    assert put(firm, PDF, call="the-id") == first
    with pytest.raises(RepeatError):
        put(firm, PNG, call="the-id")


def test_bytes_altered_in_the_store_are_not_given_out(store, put):
    firm = person(store)
    line = put(firm, PDF)
    with store.writing() as writing:
        writing.connection.execute(update(blob_parts).values(content=PDF.replace(b"1.7", b"1.8")))
    with pytest.raises(StoreError) as caught:
        attachments.opened(store, firm, line["id"])
    assert caught.value.code == "store_damaged"


def test_another_firm_finds_no_attachment_and_attaches_nothing_to_the_case(store, put):
    one, other, officer = person(store), person(store), person(store, "officer")
    case = cases.save(store, laws(), one, call(), cases.Question(CARS))
    line = put(one, PDF, case=case)
    for act in (
        lambda: attachments.read(store, other, line["id"]),
        lambda: attachments.opened(store, other, line["id"]),
        lambda: put(other, PNG, case=case),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert attachments.listed(store, other, case=case) == []
    assert [one["id"] for one in attachments.listed(store, officer, case=case)] == [line["id"]]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\plans\\a.pdf", "a.pdf"),
        ('a"; filename="b.html', "a; filename=b.html"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie x"),
        ("\u202egpj.exe", "gpj.exe"),
        ("方案.pdf", "方案.pdf"),
        ("..", "file"),
        ("", "file"),
        ("x" * 999, "x" * 200),
    ],
)
def test_a_name_is_shown_without_paths_and_tricks(store, put, given, shown):
    assert put(person(store), PDF, given)["name"] == shown


def test_the_journal_holds_hash_size_and_type_and_no_name(store, put):
    put(person(store), PDF, "Acme Medical.pdf")
    (event,) = store.events(kinds=["attachment.added"])
    payload = event.event.payload
    assert (payload["hash"], payload["size"]) == (hashlib.sha256(PDF).hexdigest(), len(PDF))
    assert "Acme" not in str(event.as_dict())


def test_erasing_an_owner_takes_name_and_bytes_that_nobody_else_has(store, put):
    one, other = person(store), person(store)
    alone, shared = put(one, PDF, "a.pdf"), put(one, PNG, "b.png")
    kept = put(other, PNG, "c.png")
    with store.writing() as writing:
        sealed.erase(writing.connection, one.id)
        assert contents.forget(writing.connection, one.id) == 1
    officer = person(store, "officer")
    for line in (alone, shared):
        assert attachments.read(store, officer, line["id"])["name"] is None
    with pytest.raises(ErasedError):
        attachments.opened(store, officer, alone["id"])
    assert taken(store, other, kept["id"]) == PNG
    assert verify(store).holds
    assert differing_tables(store) == []


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.tuples(
            st.sampled_from([PDF[:5], PNG[:8], JPEG[:3], b"PAR1", b"a,b\n", b"a: "]), st.binary()
        ).map(b"".join),
        st.binary(max_size=60).map(lambda inner: b"PAR1" + inner + b"PAR1"),
    ),
    name=st.text(max_size=40) | st.sampled_from(["x.csv", "x.yaml", "x.parquet", "x.html"]),
    declared=st.text(max_size=20) | st.sampled_from([*media.KINDS, "text/html"]),
)
def test_whatever_is_sent_is_told_as_one_of_the_kinds_or_refused(tmp_path, content, name, declared):
    path = tmp_path / "sent"
    path.write_bytes(content)
    try:
        kind = media.kind_of(path, declared, name)
    except MediaError as error:
        assert error.code in ("media_type", "too_large")
    else:
        assert kind in media.KINDS
