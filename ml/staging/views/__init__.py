"""Several photos of one room: whether they are, how they lie to each other, and furniture that is the same in all."""
