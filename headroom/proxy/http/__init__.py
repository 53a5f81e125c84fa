"""HTTP on both sides of the proxy: heads, bodies and codings, read and passed on byte by byte."""
