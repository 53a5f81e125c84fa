"""The C library is asked to give memory back where it can be asked."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace

from headroom.proxy.serving import allocator


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


def test_what_lies_free_goes_back(monkeypatch):
    trimmed = []
    library = SimpleNamespace(gnu_get_libc_version=None, malloc_trim=trimmed.append)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    monkeypatch.setattr(sys, "platform", "linux")
    allocator.trimming()()
    assert trimmed == [0]


def test_nothing_is_trimmed_where_nothing_can_be(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    allocator.trimming()()
