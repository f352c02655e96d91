"""Virtual staging as a library: a photo of an empty room, furniture that stands in it, proof that the room is unchanged."""
