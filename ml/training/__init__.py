"""Training of the models that ship: needs the `train` extra, photos and a teacher. Nothing imports it."""
