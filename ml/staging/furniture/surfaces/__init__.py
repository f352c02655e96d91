"""Surfaces drawn by code: woods, fabrics, leather, metals, ceramics, rugs, prints and leaves, each without a seam."""
