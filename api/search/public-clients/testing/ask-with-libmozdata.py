"""Asks a Buildhub with libmozdata as its users do, and prints what it read as JSON.

The address of the search is in BUILDHUB_SEARCH_URL, which libmozdata reads itself.
"""

import json

from libmozdata import buildhub, config

config.set_default_value("User-Agent", "name", "buildhub-test")

responses = {
    "all_versions": sorted(buildhub.get_distinct_versions()),
    "nightly_versions": sorted(buildhub.get_distinct_versions(product="Firefox", channel="nightly")),
    "versions_that_begin": sorted(buildhub.get_distinct_versions(product="firefox", startswith="66.0b1")),
    "build_ids": buildhub.get_distinct_buildids(product="firefox", channel="beta"),
    "build_ids_that_begin": buildhub.get_distinct_buildids(startswith="201811"),
    "few_build_ids": buildhub.get_distinct_buildids(_size=2),
}
try:
    buildhub.get_distinct_versions(_size=-1)
except buildhub.BadBuildhubRequest:
    responses["bad_request"] = True
print(json.dumps(responses))
