"""A seeded simulation of the engine: faults between every two effects, and what must hold in spite of them."""
