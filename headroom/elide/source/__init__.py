"""Source text: outlines, and which bodies of functions go."""
