"""Rendered furniture laid into a photo: light it takes from floor and walls, what stays before it, noise, sharpness."""
