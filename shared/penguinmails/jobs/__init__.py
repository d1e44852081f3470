"""Jobs: work on request that outlives the request, and that its asker can look at."""
