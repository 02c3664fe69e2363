import sys
from pathlib import Path

import pytest

from sartor.types import Example, Message

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "local"))
import tiny_model
