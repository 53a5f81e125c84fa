"""The HTTP proxy: any client's requests on their way to the model, tool results shortened.

Owns: sockets, routes, headers, when a request may be touched and that nothing else of it is.
Does not own: how a text is shortened (engine), or where texts stand in a body (providers).
"""
