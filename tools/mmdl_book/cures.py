"""The command that installs what is missing, on Debian, macOS and Windows."""

from __future__ import annotations

import platform

APT, BREW, WINGET = "sudo apt install", "brew install", "winget install"
PRINTING = (
    f"{APT} --no-install-recommends make latexmk texlive-latex-extra lmodern "
    "texlive-xetex texlive-fonts-recommended fonts-dejavu-core"
)
CHROME = "and set MMDL_CHROMIUM to its program"
PORTS = "end a program that serves on one of these ports"
ROOM = "free 1 GB; python dev.py clean removes what builds left"
CURES = {
    "Linux": {
        "Python": f"{APT} python3 python3-venv",
        "packages": "rm -r .venv; python dev.py build",
        "disk": ROOM,
        "git": f"{APT} git",
        "TeX": PRINTING,
        "fonts": PRINTING,
        "pdftotext": f"{APT} poppler-utils",
        "Chromium": f"{APT} chromium",
        "node": f"{APT} nodejs",
        "bwrap": f"{APT} bubblewrap",
        "port": PORTS,
    },
    "Darwin": {
        "Python": f"{BREW} python",
        "packages": "rm -r .venv; python dev.py build",
        "disk": ROOM,
        "git": "xcode-select --install",
        "TeX": f"{BREW} --cask mactex-no-gui",
        "fonts": f"{BREW} --cask font-dejavu mactex-no-gui",
        "pdftotext": f"{BREW} poppler",
        "Chromium": f"{BREW} --cask google-chrome, {CHROME}",
        "node": f"{BREW} node",
        "port": PORTS,
    },
    "Windows": {
        "Python": f"{WINGET} Python.Python.3.13",
        "packages": "rmdir /s /q .venv & python dev.py build",
        "disk": ROOM,
        "git": f"{WINGET} Git.Git",
        "TeX": "install TeX Live from tug.org/texlive",
        "fonts": "install the DejaVu fonts from dejavu-fonts.github.io",
        "pdftotext": f"{WINGET} oschwartz10612.Poppler",
        "Chromium": f"{WINGET} Google.Chrome, {CHROME}",
        "node": f"{WINGET} OpenJS.NodeJS",
        "port": PORTS,
    },
}


def cure(name: str, *, apt: bool) -> str:
    """The command for this system, or words where it installs in another way."""
    command = CURES.get(platform.system(), CURES["Linux"]).get(name, "")
    if command.startswith(APT) and not apt:
        wanted = [word for word in command.split()[3:] if not word.startswith("--")]
        return f"install what Debian calls {' '.join(wanted)}"
    return command
