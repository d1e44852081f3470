"""Enrollments: one contact's walk through one campaign, and everything that moves it."""
