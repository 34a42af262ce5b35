"""A county on this machine: plain signed files over HTTPS, as any object store serves them."""
