"""The Admin API's endpoints: GraphQL, REST, OAuth and downloads of bulk results.

Takes HTTP requests and returns HTTP responses. The outermost layer: it may import every other one.
"""
