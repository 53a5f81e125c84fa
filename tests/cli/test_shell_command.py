"""The command by which a shortened text says that its original can be fetched."""

import sys

from headroom.cli import proxy


def test_a_command_outside_of_the_systems_folders_is_named_with_its_whole_path(
    monkeypatch, tmp_path
):
    # A login shell sets PATH anew: of what the user has on it nothing need be left.
    here = tmp_path / "my bin"
    here.mkdir()
    (here / "headroom").write_text("#!/bin/sh\n")
    (here / "headroom").chmod(0o755)
    monkeypatch.setattr(proxy, "_LOGIN_PATH", str(tmp_path / "system"))
    monkeypatch.setattr(sys, "executable", str(here / "python"))
    assert proxy._shell() == f"'{here}/headroom' retrieve"


def test_a_command_in_a_folder_of_the_system_is_named_alone(monkeypatch, tmp_path):
    (tmp_path / "headroom").write_text("#!/bin/sh\n")
    (tmp_path / "headroom").chmod(0o755)
    monkeypatch.setattr(proxy, "_LOGIN_PATH", str(tmp_path))
    assert proxy._shell() == "headroom retrieve"


def test_without_a_command_python_runs_the_package(monkeypatch, tmp_path):
    monkeypatch.setattr(proxy, "_LOGIN_PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert proxy._shell() == f"{tmp_path}/python -m headroom retrieve"
