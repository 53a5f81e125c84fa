"""The C library is asked to give memory back where it can be asked."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace

from headroom.proxy import allocator


def asked_of(monkeypatch, library, platform="linux"):
    asked = {}
    library.mallopt = asked.__setitem__
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    monkeypatch.setattr(sys, "platform", platform)
    allocator.spare()
    return asked


def test_one_heap_is_used_and_large_blocks_are_given_back(monkeypatch):
    library = SimpleNamespace(gnu_get_libc_version=None)
    assert asked_of(monkeypatch, library) == {-8: 1, -3: 4_194_304, -1: 4_194_304}


def test_other_libraries_and_systems_are_left_alone(monkeypatch):
    assert asked_of(monkeypatch, SimpleNamespace()) == {}
    library = SimpleNamespace(gnu_get_libc_version=None)
    assert asked_of(monkeypatch, library, "darwin") == {}
