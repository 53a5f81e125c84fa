"""Every exception that Headroom raises to its callers."""

from __future__ import annotations


class HeadroomError(Exception):
    """Base of all errors raised on purpose by this package."""


class ConfigurationError(HeadroomError, ValueError):
    """A wrong option, file or plug-in name; the text says which value and what to do."""


class InputError(HeadroomError, TypeError):
    """The value handed in is of a type that cannot be compressed at all."""


class AgentError(HeadroomError):
    """An agent cannot be wrapped or unwrapped; the text says why, and nothing was changed."""


class RequestRejected(HeadroomError):  # noqa: N818 - the name extensions raise it by
    """An extension refused the request (policy); the one exception events pass on."""


class StoreError(HeadroomError):
    """An original could not be stored; the text it belongs to has to go out as it is."""


class ModelError(HeadroomError):
    """There is no model, or it cannot be used; the text says why and what to do."""


class EditError(HeadroomError):
    """A file of another program cannot be edited safely; nothing was changed."""
