"""Whether the user wants traces or metrics, by OpenTelemetry's own variables."""

from __future__ import annotations

import os

SIGNALS = ("traces", "metrics")


def wanted_signals() -> tuple[str, ...]:
    """Return which of "traces" and "metrics" have somewhere to go.

    That is an `OTEL_EXPORTER_OTLP_ENDPOINT`, or one for the signal alone, and no variable that
    switches it off or names another protocol than http/protobuf. What else these variables say is
    read by OpenTelemetry itself.
    """
    if _said("OTEL_SDK_DISABLED").lower() == "true":
        return ()
    everywhere = _said("OTEL_EXPORTER_OTLP_ENDPOINT")
    return tuple(
        signal
        for signal in SIGNALS
        if (everywhere or _said(f"OTEL_EXPORTER_OTLP_{signal.upper()}_ENDPOINT"))
        and _said(f"OTEL_{signal.upper()}_EXPORTER") in ("", "otlp")
        and _protocol(signal) in ("", "http/protobuf")
    )


def _protocol(signal: str) -> str:
    own = _said(f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL")
    return own or _said("OTEL_EXPORTER_OTLP_PROTOCOL")


def _said(variable: str) -> str:
    return os.environ.get(variable, "").strip()  # noqa: TID251 - this is the place that reads them
