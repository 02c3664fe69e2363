"""Messages -> completions: endpoints, and models on this machine."""
