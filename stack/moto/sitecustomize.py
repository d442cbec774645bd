"""Python runs this before moto starts: the web server's line for every request is more than a log needs."""

import logging

logging.getLogger("werkzeug").setLevel(logging.WARNING)
