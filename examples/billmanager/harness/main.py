"""Plays all steps before a gateway. Usage: main.py GATEWAY."""

import sys
import tempfile

from killed import Killed
from kinds import Kinds
from play import Difference, holds, same, step
from steps import Road
from terms import Terms


class Steps(Road, Kinds, Terms, Killed):
    @step
    def every_write_had_a_key_and_no_secret_was_said(self):
        bare = [(method, path) for method, path, key in self.wire.seen if method != "GET" and not key]
        same(bare, [], "writes without a key")
        said = self.host.everything + repr(self.host.calls()) + repr(self.wire.seen)
        holds(self.gateway.token not in said, "the token was said")
        same(repr(self.host.calls()).count("PRIVATE KEY"), 0, "private keys that went through mgrctl")
        holds(self.ov_key not in self.host.everything, "BILLmanager's key was read")


def main(binary):
    parts = (Road, Kinds, Terms, Killed, Steps)
    functions = [function for part in parts for function in vars(part).values() if hasattr(function, "is_step")]
    with tempfile.TemporaryDirectory() as directory:
        steps = Steps(binary, directory)
        try:
            for function in functions:
                function(steps)
                print("ok  ", function.__name__.replace("_", " "), flush=True)
        except Difference as difference:
            print("FAIL", function.__name__.replace("_", " ") + ":", difference, flush=True)
            return 1
        finally:
            steps.gateway.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
