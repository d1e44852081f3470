"""What a campaign has done so far, counted from the journals of its enrollments."""
