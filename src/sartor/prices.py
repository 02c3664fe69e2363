"""What models cost: dated prices per million tokens -> dollars; unknown stays unknown."""
