"""The product on one machine: the real template and functions, deployed into an emulator."""
