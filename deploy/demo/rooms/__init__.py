"""A small renderer in numpy and the rooms of an imaginary home, for the photos of the sample listing."""
