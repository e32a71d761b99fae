"""The languages that programs speak to Shoal: one package each, and what they share of HTTP.

A dialect is a translation and nothing else: it reads a request into domain values, calls an action, writes the answer.
It holds no rule of the product, and imports neither the store nor another dialect. `front` is what happens to each
request before a route is looked for; `http` is how bodies, parameters and answers are read and written.
"""
