"""What is right and wrong with this installation, each finding with what to do about it.

Owns: the checks of installation, store, proxies, upstreams, agents, MCP clients and clashes.
Does not own: anything it looks at; a check changes nothing.
"""
