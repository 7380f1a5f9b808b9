"""The page for people: GraphiQL with tables, examples and search help, served by us alone."""
