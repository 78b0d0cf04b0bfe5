"""What makes runs go: the queue, processes, actions."""
