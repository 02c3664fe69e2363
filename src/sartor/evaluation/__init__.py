"""An assistant and test questions -> a scorecard."""
