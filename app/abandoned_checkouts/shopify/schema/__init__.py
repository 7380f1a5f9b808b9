"""The GraphQL schema, its resolvers and mutations; the only package that imports Strawberry.

resolving/ has the building blocks of types, types/ the types, mutations/ their logic, roots/ the two root types.
Imports values/, language/, permissions/, formats/ and bulk/rules.
"""
