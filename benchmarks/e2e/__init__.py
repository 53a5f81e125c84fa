"""Real agents, driven through `headroom wrap` against a scripted provider on this machine."""
