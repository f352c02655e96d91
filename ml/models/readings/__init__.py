"""How third parties' outputs become answers: a module a task, used in place of our own models by configuration."""
