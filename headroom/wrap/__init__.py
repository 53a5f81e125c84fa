"""Starting agents behind the proxy, and putting back everything that was done for it.

Owns: what is known of each agent (`headroom/providers/agents/*.toml`), the plan made from it, the
shared local proxy with its leases, the agent's process, and durable settings.
Does not own: what the proxy does to requests, which runs as a process of its own.
"""
