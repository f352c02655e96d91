"""Training of the downbeat model: synthetic music with known bars, and the fit."""
