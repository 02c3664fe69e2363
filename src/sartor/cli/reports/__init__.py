"""What a person sees, one file a topic: values go in, rich text is printed, nothing is decided."""
