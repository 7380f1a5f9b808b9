"""The Admin API's endpoints: GraphQL, REST, OAuth and downloads of bulk results.

Takes HTTP requests and returns HTTP responses. It is the outermost layer and can import every other one.
"""
