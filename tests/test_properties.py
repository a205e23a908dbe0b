from .generators import models
def test_x():
    assert models.X==1
