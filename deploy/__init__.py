"""How the service is installed and run: containers, and real servers without containers."""
