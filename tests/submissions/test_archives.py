"""ZIP archives: recovered names, bombs noticed before they are unpacked, damage told file by file."""

import io
import struct
import unicodedata
import zipfile

import pytest

from submissions import archives
from submissions.archives import ArchiveFault, NotAnArchive, files_of


def zipped(files: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out


def with_raw_name(raw: bytes) -> io.BytesIO:
    """A ZIP as old programs write it: the name's bytes without the sign that they are UTF-8."""
    stand_in = b"x" * len(raw)
    data = zipped({stand_in.decode(): b"%PDF-"}).getvalue()
    return io.BytesIO(data.replace(stand_in, raw))


def read(archive):
    return [(packed.name, packed.stream.read() if packed.stream else packed.refusal) for packed in files_of(archive)]


def test_files_in_their_order_without_folders_and_litter():
    archive = zipped(
        {
            "bài/Nguyễn Văn An.pdf": b"%PDF-1",
            "bài/": b"",
            "__MACOSX/._a.pdf": b"x",
            "bài/.DS_Store": b"x",
            "b.pdf": b"%PDF-2",
        }
    )
    assert read(archive) == [("bài/Nguyễn Văn An.pdf", b"%PDF-1"), ("b.pdf", b"%PDF-2")]


@pytest.mark.parametrize("raw", ["Nguyễn Văn An.pdf".encode(), "Ngọc.pdf".encode()])
def test_utf8_names_without_the_sign(raw):
    assert [name for name, _ in read(with_raw_name(raw))] == [raw.decode()]


def test_legacy_names_come_as_their_bytes_look_in_windows():
    assert [name for name, _ in read(with_raw_name("NguyÔn V¨n An.pdf".encode("cp1252")))] == ["NguyÔn V¨n An.pdf"]


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + b"\0" * 40])
def test_what_is_no_archive(content):
    with pytest.raises(NotAnArchive, match="ZIP hỏng"):
        read(io.BytesIO(content))


def test_a_bomb_is_noticed_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    packed = list(files_of(zipped({"a.pdf": b"0" * 5_000_000, "b.pdf": b"%PDF-"})))
    assert [one.name for one in packed] == ["a.pdf", "b.pdf"]
    bomb = files_of(zipped({"a.pdf": b"0" * 5_000_000}))
    first = next(bomb)
    assert len(first.stream.read(600)) == 600
    with pytest.raises(ArchiveFault, match="quá lớn khi giải nén"):
        first.stream.read()


def test_after_the_budget_is_spent_the_rest_is_refused_unread(monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 10)
    answers = []
    for packed in files_of(zipped({"a.pdf": b"0" * 10, "b.pdf": b"%PDF-"})):
        answers.append(packed.stream.read(10) if packed.stream else packed.refusal)
    assert answers == [b"0" * 10, "Gói ZIP quá lớn khi giải nén. Hãy chia thành nhiều gói."]


def test_too_many_files(monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 2)
    answers = read(zipped({f"{n}.pdf": b"%PDF-" for n in range(4)}))
    assert [said for _, said in answers] == [b"%PDF-"] * 2 + ["Gói ZIP có quá 2 tệp. Hãy chia thành nhiều gói."] * 2


def test_an_encrypted_file_is_refused_and_its_neighbour_taken():
    data = bytearray(zipped({"a.pdf": b"%PDF-1", "b.pdf": b"%PDF-2"}).getvalue())
    central = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    assert read(io.BytesIO(bytes(data))) == [
        ("a.pdf", "Tệp ZIP có mật khẩu. Hãy nén lại không đặt mật khẩu."),
        ("b.pdf", b"%PDF-2"),
    ]


def test_a_damaged_file_says_so_while_it_is_read():
    data = bytearray(zipped({"a.pdf": bytes(range(256)) * 50}).getvalue())
    data[60:64] = b"\xff\xff\xff\xff"
    with pytest.raises(ArchiveFault, match="bị hỏng"):
        read(io.BytesIO(bytes(data)))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1258", "Trịnh Quốc Việt - đảng viên, Chi bộ Tổ dân phố số 5.pdf"),
        ("cp1258", "Đỗ Đức Mạnh.pdf"),
        ("cp1258", "Thư ký.pdf"),
        ("cp437", "é à ô.pdf"),
    ],
)
def test_names_in_old_code_pages(encoding, name):
    decomposed = unicodedata.normalize("NFD", name) if encoding == "cp1258" else name
    # The code page has the letters with hat, horn and breve whole and the five tones as marks.
    for whole in "ăâêôơưĂÂÊÔƠƯ":
        decomposed = decomposed.replace(unicodedata.normalize("NFD", whole), whole)
    for tone in "\u0300\u0301\u0303\u0309\u0323":
        for hat in "\u0302\u0306\u031b":
            decomposed = decomposed.replace(tone + hat, hat + tone)
    for whole in "ăâêôơưĂÂÊÔƠƯ":
        decomposed = decomposed.replace(unicodedata.normalize("NFD", whole), whole)
    assert [found for found, _ in read(with_raw_name(decomposed.encode(encoding)))] == [name]


def test_the_name_written_beside_an_old_one():
    archive = io.BytesIO()
    name = "Nguyễn Văn Án.pdf".encode()
    entry = zipfile.ZipInfo("Nguyen~1.pdf")
    entry.extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, 0) + name
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(entry, b"%PDF-")
    assert [found for found, _ in read(archive)] == [name.decode()]


def test_an_archive_in_an_archive_is_told_off():
    inner = zipped({"a.pdf": b"%PDF-"}).getvalue()
    assert read(zipped({"to 1/bài.zip": inner, "b.pdf": b"%PDF-"})) == [
        ("to 1/bài.zip", "Gói nén nằm trong gói ZIP. Hãy giải nén gói này rồi gửi các tệp bên trong."),
        ("b.pdf", b"%PDF-"),
    ]
