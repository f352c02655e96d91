"""Virtual staging as a library: furniture that stands in the photo of an empty room, and proof that it is unchanged."""
