"""The sample listing that this project makes for itself: a piece of music and photos of one imaginary home."""
