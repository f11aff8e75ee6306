"""Makes the book's environment in .venv, then runs the book's tool in it.

    python dev.py build | test | pdf | preview | clean

Needs Python 3.11 or newer, nothing else. Older ones must be able to read this file,
for only then can it say what is missing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
LOCK = os.path.join(ROOT, "requirements.lock")
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "mmdl-book.stamp")  # the last thing an installation writes
PYTHON = os.path.join(VENV, "Scripts/python.exe" if os.name == "nt" else "bin/python")
TOOL = [PYTHON, "-m", "mmdl_book"] + sys.argv[1:]
INSTALL = ["pip", "install", "--no-deps", "--require-hashes", "-r", LOCK]
LINK = (  # the project itself, editable, without building it
    "import pathlib, sys, sysconfig; site = sysconfig.get_path('purelib')\n"
    "pathlib.Path(site, 'mmdl-book.pth').write_text('\\n'.join(sys.argv[1:]))"
)
REMEDIES = (  # words by which an installer says it, and what its reader should do
    ("no space left", "the disk is full; free 1 GB"),
    ("ensurepip", "this Python cannot make environments; install python3-venv or uv"),
    ("connect|establish|name resolution|timed out|unreachable|dns error",
     "no package could be fetched; connect to the internet"),
    ("hash|invalid|parse|no matching|no solution|expected|not found",
     "requirements.lock is damaged; restore it: git checkout requirements.lock"),
)  # fmt: skip


def step(*command):
    """What one step of the installation said if it failed, else nothing."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode(errors="replace").strip() if done.returncode else ""


def install():
    """Install the lock by uv where there is one, else by pip; say why both failed."""
    venv = [sys.executable, "-m", "venv", "--clear", VENV]
    pip = [venv, [PYTHON, "-m"] + INSTALL + ["--no-compile", "--retries", "2"]]
    uv = [venv + ["--without-pip"], ["uv"] + INSTALL + ["--python", PYTHON]]
    link = [PYTHON, "-c", LINK, ROOT, os.path.join(ROOT, "tools")]
    for steps in [uv, pip] if shutil.which("uv") else [pip]:
        words = next(filter(None, (step(*one) for one in steps + [link])), "")
        if not words:
            break
    for pattern, remedy in REMEDIES if words else ():
        if re.search(pattern, words.lower()):
            return remedy + ", then run the same command again."
    return words and "the installation failed: " + words.splitlines()[-1]


if __name__ == "__main__":
    if sys.version_info < (3, 11):
        wants = "dev.py: expected Python 3.11 or newer, received %d.%d; "
        sys.exit(wants % sys.version_info[:2] + "get one from python.org/downloads.")
    if not os.path.exists(LOCK):
        sys.exit("dev.py: no requirements.lock; git checkout requirements.lock.")
    with open(LOCK, "rb") as file:
        lock = hashlib.sha256(file.read() + sys.version.encode()).hexdigest()
    installed = os.path.exists(STAMP) and os.path.exists(PYTHON)
    if not installed or open(STAMP).read() != lock:
        os.write(1, b"Installing packages into .venv (once, half a minute) ...\n")
        failure = install()
        if failure:
            sys.exit("dev.py: " + failure)
        with open(STAMP, "w") as file:
            file.write(lock)
    os.environ.update(PYTHONHASHSEED="0", PYTHONUTF8="1")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # it costs two seconds every time
    if os.name == "nt":
        sys.exit(subprocess.call(TOOL))
    os.execv(PYTHON, TOOL)
