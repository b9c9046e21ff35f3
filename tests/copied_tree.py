"""A copy of this checkout for tests that change sources: it has build folders of its own, which it keeps."""

import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Failure(Exception):
    """What went wrong, in few words, and the output that shows it."""

    def __init__(self, verdict, output=""):
        super().__init__(verdict)
        self.verdict, self.output = verdict, output

    def last_lines(self):
        return "\n".join("    " + line for line in self.output.splitlines()[-30:])


class CopiedTree:
    def __init__(self, folder):
        self.folder = folder

    def copy(self):
        """The files that git knows or would add, as they are now; unchanged ones keep their time."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                                check=True, capture_output=True, text=True).stdout.split("\0")
        files = {f for f in listed if f and (ROOT / f).is_file()}
        for old in sorted(self.folder.rglob("*")):
            relative = old.relative_to(self.folder)
            if relative.parts[0] != "build" and old.is_file() and str(relative) not in files:
                old.unlink()
        for file in files:
            target = self.folder / file
            if not target.exists() or target.read_bytes() != (ROOT / file).read_bytes():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / file, target)

    def call(self, verdict, *command, **environment):
        """Runs the command in the copy and returns what it prints; raises Failure(verdict) if it fails."""
        # The copy lies inside a repository, whose own files git would else work on.
        environment["GIT_CEILING_DIRECTORIES"] = str(self.folder.parent)
        done = subprocess.run([str(word) for word in command], cwd=self.folder, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env={**os.environ, **environment})
        if done.returncode != 0:
            raise Failure(verdict, done.stdout)
        return done.stdout
