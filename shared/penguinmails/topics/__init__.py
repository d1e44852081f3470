"""Topics: what one may unsubscribe from without leaving everything."""
