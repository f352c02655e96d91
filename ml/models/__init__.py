"""The model store's parts: what an entry of the manifest says, the runtimes that open a model, and pulling one."""
