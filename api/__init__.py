"""Every face of the hub: HTTP, web pages and the command line."""
