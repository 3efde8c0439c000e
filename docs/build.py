"""Builds the site in three languages, `python docs/build.py`: English in docs/_build, the others in folders of it."""

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
FOLDERS = {"en": "", "ru": "ru", "zh_CN": "zh"}  # Sphinx' name of a language -> where in docs/_build it is

if __name__ == "__main__":
    for language, folder in FOLDERS.items():
        command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-D", f"language={language}", HERE]
        subprocess.run([*command, HERE / "_build" / folder], check=True)
