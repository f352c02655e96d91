"""Cloth: cushions, pillows, duvets and throws, simulated once by code of this package and shipped as small grids."""
