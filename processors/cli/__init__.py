"""The command line `vls-media`."""
