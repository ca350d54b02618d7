"""The service: pages and the HTTP API over the infusion record.

`hangtime.web.app.create_app` makes it; nothing here judges a chart or writes a table.
"""
