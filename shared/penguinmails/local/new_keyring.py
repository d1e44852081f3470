"""Prints a fresh keyring, for the parameter that a new installation needs: `make keyring`."""

import os

from penguinmails.keyring import generate

if __name__ == "__main__":
    print(generate(os.urandom).to_json())
