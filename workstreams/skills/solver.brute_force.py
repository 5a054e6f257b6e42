"""Too slow to win."""
import time

time.sleep(15)
print('{"score": 100}')
