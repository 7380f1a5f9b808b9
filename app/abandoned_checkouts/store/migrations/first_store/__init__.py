"""The tables of the first store, written down once: what store/tables says later comes by later migrations."""
