"""Tests of the photo library, on pictures that they make themselves."""
