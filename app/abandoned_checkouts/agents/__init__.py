"""An MCP server: AI agents search checkouts, read their stories and reports, and control a twin.

Every tool calls the ordinary endpoints of this server with the caller's access token. So an agent sees exactly what its
token allows, and there is no second decision about access.
"""
