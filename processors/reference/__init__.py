"""A backend as the service expects one: it sends commands, follows jobs, and keeps what comes back."""
