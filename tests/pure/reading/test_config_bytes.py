"""Model files on disk: zips, JSON, and other files."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from resnet_viz.errors import ModelError
from resnet_viz.reading.config_bytes import read_config_bytes
from resnet_viz.reading.read import read_config, read_file
from tests.support.counted_work import at_most_calls
from tests.support.model_files.checks import peak_mib
from tests.support.model_files.configs import data, model, residual, source


def keras_file(
    path: Path, content: bytes, *, name: str = "config.json", deflate: bool = False
) -> Path:
    with zipfile.ZipFile(
        path, "w", zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    ) as file:
        file.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        file.writestr(name, content)
    return path


def refusal(path: str | Path) -> str:
    with pytest.raises(ModelError) as caught:
        read_file(path)
    message = caught.value.message
    assert message.startswith(f"{path} can't be read: ")
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_that_a_saved_models_folder_says_how_to_save_it(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert 'model.save("m.keras")' in refusal(tmp_path)


@pytest.mark.parametrize("deflate", [False, True])
def test_that_a_keras_file_reads_like_its_config(tmp_path: Path, deflate: bool) -> None:
    path = keras_file(tmp_path / "m.keras", data(residual()), deflate=deflate)
    assert read_file(path) == read_config(data(residual()), where="m")
    assert read_config_bytes(str(path)) == data(residual())
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.keras"]


@pytest.mark.parametrize("name", ["m.json", "M.JSON", "model"])
def test_that_json_reads_whatever_the_suffix(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data(residual()))
    assert len(read_file(path).calls) == 4


def test_that_a_zip_without_a_suffix_is_read_as_one(tmp_path: Path) -> None:
    assert len(read_file(keras_file(tmp_path / "model", data(residual()))).calls) == 4


def test_that_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "gone.keras")
    assert "no such file" in refusal("gone.json")
    assert "folder" in refusal(tmp_path)
    (tmp_path / "dangling.keras").symlink_to(tmp_path / "nowhere")
    assert "link" in refusal(tmp_path / "dangling.keras")
    os.mkfifo(tmp_path / "pipe.json")
    assert "regular file" in refusal(tmp_path / "pipe.json")


@pytest.mark.parametrize("path", ["a\0b.keras", "x" * 5_000 + ".json"])
def test_that_a_path_the_system_cannot_have_is_refused(path: str) -> None:
    with pytest.raises(ModelError) as caught:
        read_file(path)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 700


def test_that_a_file_without_permission_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deny(path: Path, _mode: str) -> None:  # root may read everything: the system's no, by hand
        raise PermissionError(13, "Permission denied", str(path))

    path = tmp_path / "secret.json"
    path.write_bytes(b"{}")
    monkeypatch.setattr(Path, "open", deny)
    assert "no permission" in refusal(path)


@pytest.mark.parametrize("name", ["m.keras", "m.json", "m"])
def test_that_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert "empty" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["m.keras", "m.json", "m.h5"])
def test_that_hdf5_is_recognised_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    assert "HDF5" in refusal(tmp_path / name)


def test_that_another_file_named_h5_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.h5").write_bytes(data(residual()))
    assert "not an HDF5 file" in refusal(tmp_path / "m.h5")


def test_that_json_named_keras_and_a_zip_named_json_are_recognised(tmp_path: Path) -> None:
    (tmp_path / "m.keras").write_bytes(data(residual()))
    assert "not a complete zip" in refusal(tmp_path / "m.keras")
    keras_file(tmp_path / "z.json", data(residual()))
    assert "rename it to .keras" in refusal(tmp_path / "z.json")


def test_that_a_zip_without_config_is_refused(tmp_path: Path) -> None:
    assert "no config.json" in refusal(keras_file(tmp_path / "m.keras", b"{}", name="other.json"))


def test_that_a_truncated_zip_is_refused(tmp_path: Path) -> None:
    path = keras_file(tmp_path / "m.keras", data(residual()), deflate=True)
    whole = path.read_bytes()
    for end in range(1, len(whole), 37):
        path.write_bytes(whole[:end])
        assert "zip" in refusal(path)


@pytest.mark.long
def test_that_every_damaged_byte_of_a_zip_gives_a_graph_or_a_sentence(tmp_path: Path) -> None:
    path = keras_file(tmp_path / "m.keras", data(model([source()])), deflate=True)
    whole = path.read_bytes()
    refused = 0
    for index in range(len(whole)):
        for value in (0x00, 0xFF, whole[index] ^ 0x01):
            path.write_bytes(whole[:index] + bytes([value]) + whole[index + 1 :])
            try:
                read_file(path)
            except ModelError:
                refused += 1
    assert refused > len(whole)


def test_that_a_zip_bomb_is_refused_without_unpacking_it(tmp_path: Path) -> None:
    path = keras_file(tmp_path / "m.keras", b" " * (47 * 1024 * 1024), deflate=True)
    assert path.stat().st_size < 100_000
    assert "zip bomb" in refusal(path)


def idle_mib(folder: Path) -> int:
    (folder / "idle.json").write_bytes(b"{}")
    return peak_mib(folder / "idle.json")


@pytest.mark.long
@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_that_methods_that_keras_does_not_use_are_refused_unread(
    tmp_path: Path, method: int
) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("config.json", b" " * (64 * 1024 * 1024))
    content = bytearray(path.read_bytes())
    assert len(content) < 64 * 1024
    central = content.rfind(b"PK\x01\x02")
    content[central + 24 : central + 28] = (1000).to_bytes(4, "little")  # a small size, a lie
    path.write_bytes(content)
    assert "packed by a method" in refusal(path)
    assert peak_mib(path) < idle_mib(tmp_path) + 50


@pytest.mark.long
def test_that_a_deflated_config_whose_sizes_are_lies_stays_bounded(tmp_path: Path) -> None:
    path = keras_file(tmp_path / "m.keras", b" " * (250 * 1024 * 1024), deflate=True)
    content = bytearray(path.read_bytes())
    central = content.rfind(b"PK\x01\x02")
    content[central + 20 : central + 24] = (2**31).to_bytes(4, "little")  # its packed size
    path.write_bytes(content)
    refusal(path)
    assert peak_mib(path) < idle_mib(tmp_path) + 300


@pytest.mark.long
@pytest.mark.parametrize(
    "values", [b'"a",' * 12_000_000, b"[],{}," * 1_500_000, b"0.5," * 12_000_000],
    ids=["texts", "brackets", "numbers"],
)  # fmt: skip
def test_that_millions_of_small_values_are_refused_before_they_are_made(
    tmp_path: Path, values: bytes
) -> None:
    path = keras_file(tmp_path / "m.keras", b'{"config": [' + values + b"0]}", deflate=True)
    assert path.stat().st_size < 1024 * 1024
    refusal(path)
    assert peak_mib(path) < idle_mib(tmp_path) + 300


@pytest.mark.parametrize("large", [False, True])
def test_that_a_zip_with_endless_members_is_refused_at_once(tmp_path: Path, large: bool) -> None:
    path = tmp_path / "m.keras"
    # Beyond 65,535 members a zip needs its longer record.
    count, member = (
        (70_000, zipfile.ZipInfo("n" * 30)) if large else (80, zipfile.ZipInfo("n" * 60_000))
    )
    member.header_offset = member.CRC = 0
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", "{}")
        file.filelist.extend([member] * count)  # only the directory: no data is needed
    with at_most_calls(1_000):
        assert "far more members" in refusal(path)


def test_that_an_encrypted_config_is_refused(tmp_path: Path) -> None:
    path = keras_file(tmp_path / "m.keras", data(residual()))
    content = bytearray(path.read_bytes())
    local, central = content.rfind(b"PK\x03\x04"), content.rfind(b"PK\x01\x02")
    content[local + 6] |= 1  # the flag for encryption, in both headers of config.json
    content[central + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refusal(path)


def test_that_a_configuration_above_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resnet_viz.reading.container.zip_archive.MAX_CONFIG_BYTES", 1024 * 1024)
    (tmp_path / "m.json").write_bytes(b" " * (1024 * 1024 + 1))
    assert "larger than 1 MiB" in refusal(tmp_path / "m.json")
    assert "larger than 1 MiB" in refusal(keras_file(tmp_path / "m.keras", b" " * 1_048_577))


@pytest.mark.parametrize("name", ["model.onnx", "weights.pt", "photo.png", "model"])
def test_that_a_file_of_another_kind_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x08\x07\x12\x07pytorch")
    assert "a model file is .keras, .h5 or .json" in refusal(path)
