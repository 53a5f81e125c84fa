"""Tool outputs to measure on: made up from a seed, and real ones of the machine at hand."""

from benchmarks.corpus.generated import KINDS, generate
from benchmarks.corpus.real import real

__all__ = ["KINDS", "generate", "real"]
