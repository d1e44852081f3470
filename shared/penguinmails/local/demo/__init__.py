"""The demo: weeks of three campaigns in two minutes, through the deployed handlers."""
