"""What runs inside Locust's own processes. The toolkit's process never imports it.

Importing locust patches the sockets of the whole process.
"""
