"""How far every run is: ticks of the workers merged into one view."""
