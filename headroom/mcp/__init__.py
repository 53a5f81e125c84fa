"""The MCP server: three tools for any client, and its registration in clients' settings.

Owns: what the tools are called, what they answer, over which transports, and where each client
keeps its list of servers.
Does not own: shortening, originals, or how files of others are edited.
"""
