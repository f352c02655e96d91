"""Training of the models that ship: needs the `train` extra, the photos and the teacher's weights. Nothing else imports it."""
