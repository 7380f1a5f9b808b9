"""The schema: Strawberry types, a file per noun. They are its single source; versions and plans are made from them."""
