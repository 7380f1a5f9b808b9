"""The GraphQL schema, its resolvers and mutations; the only package that imports Strawberry.

resolving/ has what every type is built with, types/ the nouns, roots/ the query and mutation roots.
Imports values/, language/, permissions/, formats/ and bulk/rules.
"""
